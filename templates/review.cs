<?cs # Submitting is asked twice: htdocs/dialog.js opens the second question here, without scripts confirm.cs asks it. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.next = Lang.button.submit ?><?cs
set:Layout.intent = "submit" ?><?cs
def:inputs() ?><?cs call:answers("1") ?><?cs call:consents() ?><?cs if:Step.asks ?><dialog class="dialog" id="confirm" data-asks="submit" aria-labelledby="confirm-title">
<h2 id="confirm-title"><?cs var:Lang.confirm.title ?></h2>
<p><?cs var:Lang.confirm.text ?></p>
<div class="dialog__go"><button class="weui-btn weui-btn_default" type="button" data-close><?cs var:Lang.button.cancel ?></button><button class="weui-btn weui-btn_primary" name="intent" value="confirm"><?cs var:Lang.button.ok ?></button></div>
</dialog>
<?cs /if ?><?cs /def ?><?cs
include:"step.cs" ?>
