<?cs # On the phone that opened a code: whose pictures, and the question; then one form a picture; else what has become of it. ?><?cs
include:"macros.cs" ?><?cs
if:Handoff.state == "waiting" || Handoff.state == "claimed" ?><?cs
	set:Layout.title = Lang.handoff.phone.title ?><?cs
else ?><?cs
	set:Layout.title = Lang.handoff.phone[Handoff.state].title ?><?cs
/if ?><?cs
def:question() ?><form class="sheet" method="post" action="<?cs var:Handoff.here ?>">
<?cs call:form_state() ?><p><?cs call:say(Lang.handoff.phone.lead, Handoff.person, "") ?></p>
<ul class="plain">
<?cs each:p = Handoff.picture ?><li><?cs var:p.label ?><?cs if:p.have ?> <span class="photo__word"><?cs var:Lang.handoff.phone.have ?></span><?cs /if ?></li>
<?cs /each ?></ul>
<p class="reason"><?cs var:Lang.handoff.phone.warning ?></p>
<div class="go"><button class="weui-btn weui-btn_primary"><?cs var:Lang.handoff.phone.claim ?></button></div>
</form>
<?cs /def ?><?cs
def:shot(p) ?><form class="sheet shot" method="post" action="<?cs var:Handoff.here ?>/<?cs var:p.name ?>" enctype="multipart/form-data" novalidate<?cs call:upload_words(Lang.handoff.phone.failed, Lang.handoff.phone.send) ?>>
<?cs call:form_state() ?><?cs if:p.have ?><p class="saved"><?cs var:Lang.handoff.phone.have_long ?></p>
<?cs /if ?><?cs call:field(Field[p.name]) ?><div class="go"><button class="weui-btn weui-btn_<?cs if:p.have ?>default<?cs else ?>primary<?cs /if ?>" name="intent" value="send"><?cs var:Lang.handoff.phone.send ?><span class="spoken"> <?cs var:p.label ?></span></button></div>
</form>
<?cs /def ?><?cs
def:body() ?><?cs if:Handoff.state == "claimed" ?><?cs call:notices() ?><?cs /if ?><h1><?cs var:Layout.title ?></h1>
<?cs if:Handoff.state == "waiting" ?><?cs call:question() ?><?cs
elif:Handoff.state == "claimed" ?><p class="lead"><?cs
if:Handoff.missing > #0 ?><?cs call:say(Lang.handoff.phone.missing, Handoff.missing, "") ?><?cs else ?><?cs var:Lang.handoff.phone.complete ?><?cs /if ?></p>
<?cs each:p = Handoff.picture ?><?cs call:shot(p) ?><?cs /each ?><?cs call:editor() ?><p class="idle"><?cs var:Lang.handoff.phone.idle ?></p>
<?cs else ?><div class="sheet"><p><?cs var:Lang.handoff.phone[Handoff.state].text ?></p>
<div class="go"><?cs if:Handoff.state == "submitted" ?><a class="weui-btn weui-btn_primary" href="/my"><?cs var:Lang.site.my ?></a><?cs else ?><a class="weui-btn weui-btn_primary" href="<?cs var:Page.entry ?>"><?cs var:Lang.button.home ?></a><?cs /if ?></div></div>
<?cs /if ?><?cs /def ?><?cs
include:"layout.cs" ?>
