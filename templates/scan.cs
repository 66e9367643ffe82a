<?cs # On the phone that scanned a code: who asks, and the question; else what has become of the code. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
if:Qr.state == "scanned" ?><?cs
	set:Layout.title = Lang.qr.scan.title ?><?cs
	set:Layout.form = "scan" ?><?cs
	set:Layout.intent = "confirm" ?><?cs
else ?><?cs
	set:Layout.title = Lang.qr.scan[Qr.state].title ?><?cs
/if ?><?cs
def:question() ?><p class="lead"><?cs var:Lang.qr.scan.lead ?></p>
<form class="sheet" id="scan" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:form_state() ?><dl>
<div><dt><?cs var:Lang.qr.scan.browser ?></dt><dd><?cs var:Qr.browser ?></dd></div>
<div><dt><?cs var:Lang.qr.scan.network ?></dt><dd class="number"><?cs var:Qr.network ?></dd></div>
<div><dt><?cs var:Lang.qr.scan.at ?></dt><dd class="number"><?cs var:Qr.at ?></dd></div>
</dl>
<p class="reason"><?cs var:Lang.qr.scan.warning ?></p>
<div class="field<?cs if:Field.number.error ?> field--bad<?cs /if ?>">
<label for="number"><?cs var:Lang.qr.number ?></label>
<small id="number-hint"><?cs var:Lang.qr.scan.number_hint ?></small>
<?cs if:Field.number.error ?><p class="field__fault" id="number-fault"><?cs var:Field.number.error_text ?></p>
<?cs /if ?><input id="number" name="number" inputmode="numeric" autocomplete="off" maxlength="4" required aria-describedby="number-hint<?cs if:Field.number.error ?> number-fault<?cs /if ?>"<?cs if:Field.number.error ?> aria-invalid="true"<?cs /if ?>>
</div>
<div class="go"><button class="weui-btn weui-btn_default" name="intent" value="cancel"><?cs var:Lang.qr.scan.cancel ?></button><button class="weui-btn weui-btn_primary" name="intent" value="confirm"><?cs var:Lang.qr.scan.confirm ?></button></div>
</form>
<?cs /def ?><?cs
def:body() ?><h1><?cs var:Layout.title ?></h1>
<?cs call:notices() ?><?cs if:Qr.state == "scanned" ?><?cs call:question() ?><?cs else ?><div class="sheet"><p><?cs var:Lang.qr.scan[Qr.state].text ?></p>
<div class="go"><?cs if:Qr.state == "confirmed" || Qr.state == "used" ?><a class="weui-btn weui-btn_default" href="/my/sessions"><?cs var:Lang.sessions.title ?></a><?cs /if ?><a class="weui-btn weui-btn_primary" href="<?cs var:Page.entry ?>"><?cs var:Lang.button.home ?></a></div></div>
<?cs /if ?><?cs /def ?><?cs
include:"layout.cs" ?>
