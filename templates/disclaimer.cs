<?cs # The statement is an open <dialog>: without scripts it lies in the page, htdocs/dialog.js raises it. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Step.title ?><?cs
set:Layout.form = "step" ?><?cs
set:Layout.intent = "next" ?><?cs
set:Layout.keeps = "1" ?><?cs
set:Layout.tick = "1" ?><?cs
include:"progress.cs" ?><?cs
def:body() ?><?cs call:progress() ?><form id="step" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:form_state() ?><?cs call:notices() ?><h1><?cs var:Step.title ?></h1>
<p class="lead"><?cs var:Step.lead ?></p>
<button class="weui-btn weui-btn_default" type="button" id="statement-open" hidden><?cs var:Lang.button.read ?></button>
<dialog class="dialog dialog--page" id="statement" open data-raise data-opener="statement-open" aria-labelledby="statement-title">
<?cs each:c = Step.consent ?><section class="dialog__scroll" tabindex="0" aria-labelledby="statement-title">
<h2 id="statement-title"><?cs var:Lang.consent[c.name].title ?></h2>
<?cs call:consent_text(c) ?></section>
<?cs call:tick(c) ?><?cs /each ?><div class="dialog__go"><button class="weui-btn weui-btn_default" type="button" data-close hidden><?cs var:Lang.button.later ?></button><button class="weui-btn weui-btn_primary" name="intent" value="next"><?cs var:Lang.step.disclaimer.button ?></button></div>
</dialog>
</form>
<?cs call:help() ?><?cs /def ?><?cs
include:"layout.cs" ?>
