<?cs # An application that came back: why, and what opens again. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Step.title ?><?cs
set:Layout.form = "step" ?><?cs
set:Layout.keeps = "1" ?><?cs
set:Layout.intent = "next" ?><?cs
def:body() ?><form class="step--correct" id="step" method="post" action="<?cs var:Page.path ?>" enctype="multipart/form-data"<?cs call:sending_words(Lang.sending.sending) ?> novalidate>
<?cs call:form_state() ?><?cs call:notices() ?><h1><?cs var:Step.title ?></h1>
<?cs each:a = Application ?><?cs if:a.reason_text ?><p class="reason"><?cs var:a.reason_text ?></p>
<?cs /if ?><?cs /each ?><p class="lead"><?cs var:Step.lead ?></p>
<?cs if:subcount(Field) ?><?cs call:uploads() ?><?cs /if ?><div class="go"><a class="weui-btn weui-btn_default" href="/my"><?cs var:Lang.button.cancel ?></a><button class="weui-btn weui-btn_primary" name="intent" value="next"><?cs var:Lang.step.correct.send ?></button></div>
</form>
<?cs call:line() ?><?cs /def ?><?cs
include:"layout.cs" ?>
