<?cs # The screen that a phone takes pictures for: the code, how it stands, what has come. htdocs/handoff.js puts the parts of a
     fresh page in their places; without scripts the page asks again by itself. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.handoff.title ?><?cs
if:Handoff.poll ?><?cs set:Layout.again = "5" ?><?cs /if ?><?cs
def:button(intent, words, kind) ?><form method="post" action="/handoff">
<?cs call:form_state() ?><input type="hidden" name="step" value="<?cs var:Handoff.step ?>">
<button class="weui-btn weui-btn_<?cs var:kind ?>" name="intent" value="<?cs var:intent ?>"><?cs var:words ?></button>
</form>
<?cs /def ?><?cs
def:body() ?><h1><?cs var:Lang.handoff.title ?></h1>
<?cs call:notices() ?><p class="lead"><?cs var:Lang.handoff.lead ?></p>
<div class="sheet qr" id="handoff" data-shown="<?cs var:Handoff.state ?> <?cs var:Handoff.count ?>"<?cs if:Handoff.poll ?> data-poll="<?cs var:Handoff.poll ?>" data-lost="<?cs var:Lang.qr.lost ?>"<?cs /if ?>>
<p class="qr__state" role="status" data-part="state"><?cs var:Lang.handoff.state[Handoff.state] ?></p>
<div data-part="code"><?cs if:Qr.path ?><ol class="next">
<?cs each:h = Lang.handoff.how ?><li><?cs var:h ?></li>
<?cs /each ?></ol>
<?cs call:qr_picture(Lang.handoff.picture) ?>
<?cs else ?><p><?cs var:Lang.handoff.todo[Handoff.state] ?></p><?cs /if ?></div>
<div data-part="left"><?cs if:Handoff.poll ?><p class="idle"><?cs var:Lang.handoff.left ?> <span data-left role="timer"><?cs var:Handoff.left ?></span></p><?cs /if ?></div>
<div data-part="pictures"><h2><?cs var:Lang.handoff.pictures ?></h2>
<ul class="shots">
<?cs each:p = Handoff.picture ?><li class="photo photo--<?cs var:p.name ?>"><span><?cs var:p.label ?></span>
<?cs if:p.photo ?><img src="<?cs var:p.photo ?>" alt="<?cs call:say(Lang.photo.kept_alt, p.label, "") ?>"><?cs elif:p.refused ?><span class="field__fault"><?cs var:p.refused ?></span><?cs else ?><span class="shots__none"><?cs var:Lang.handoff.missing ?></span><?cs /if ?></li>
<?cs /each ?></ul></div>
<div class="go"><?cs
if:Handoff.state == "none" ?><a class="weui-btn weui-btn_default" href="<?cs var:Handoff.back ?>"><?cs var:Lang.handoff.back ?></a><?cs call:button("make", Lang.handoff.make, "primary") ?><?cs
else ?><?cs call:button("make", Lang.handoff.again, "default") ?><?cs call:button("end", Lang.handoff.finish, "primary") ?><?cs
/if ?></div>
</div>
<p class="idle"><?cs var:Lang.handoff.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
