<?cs include:"macros.cs" ?><?cs
set:Layout.title = Lang.confirm.title ?><?cs
set:Layout.form = "step" ?><?cs
set:Layout.intent = "confirm" ?><?cs
set:Layout.keeps = "1" ?><?cs
include:"progress.cs" ?><?cs
def:body() ?><?cs call:progress() ?><form id="step" method="post" action="<?cs var:Page.path ?>">
<?cs call:form_state() ?><?cs each:c = Step.consent ?><input type="hidden" name="<?cs var:c.name ?>" value="<?cs var:c.version ?>">
<?cs /each ?><h1><?cs var:Lang.confirm.title ?></h1>
<p class="lead"><?cs var:Lang.confirm.text ?></p>
<div class="go"><button class="weui-btn weui-btn_default" name="keep" value=""><?cs var:Lang.button.cancel ?></button><button class="weui-btn weui-btn_primary" name="intent" value="confirm"><?cs var:Lang.button.ok ?></button></div>
</form>
<?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
