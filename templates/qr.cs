<?cs # The page of a code. All its parts are there, so that htdocs/qr.js can show the one that fits; without scripts the
     page asks again by itself. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.qr.title ?><?cs
if:Qr.state == "waiting" || Qr.state == "scanned" ?><?cs set:Layout.again = "5" ?><?cs /if ?><?cs
def:refresh() ?><div class="go"><a class="weui-btn weui-btn_primary" href="<?cs var:Qr.again ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.qr.refresh ?></a></div>
<?cs /def ?><?cs
def:body() ?><h1><?cs var:Lang.login.title ?></h1>
<?cs call:notices() ?><?cs call:ways() ?><div class="sheet qr" id="qr"<?cs if:Qr.poll ?> data-poll="<?cs var:Qr.poll ?>" data-lost="<?cs var:Lang.qr.lost ?>" data-waiting="<?cs var:Lang.qr.state.waiting ?>" data-scanned="<?cs var:Lang.qr.state.scanned ?>" data-confirmed="<?cs var:Lang.qr.state.confirmed ?>" data-cancelled="<?cs var:Lang.qr.state.cancelled ?>" data-expired="<?cs var:Lang.qr.state.expired ?>"<?cs /if ?>>
<p class="qr__phone"><?cs var:Lang.qr.phone ?></p>
<p class="qr__state" role="status"><?cs var:Lang.qr.state[Qr.state] ?></p>
<?cs if:Qr.path ?><div data-when="waiting">
<ol class="next">
<?cs each:h = Lang.qr.how ?><li><?cs var:h ?></li>
<?cs /each ?></ol>
<?cs call:qr_picture(Lang.qr.picture) ?>
</div>
<?cs /if ?><?cs if:Qr.poll ?><div data-when="waiting scanned"<?cs if:Qr.state != "waiting" && Qr.state != "scanned" ?> hidden<?cs /if ?>>
<p class="qr__number"><?cs var:Lang.qr.number_of ?> <b class="number"><?cs var:Qr.number ?></b></p>
<p class="idle"><?cs var:Lang.qr.left ?> <span data-left role="timer"><?cs var:Qr.left ?></span></p>
</div>
<form data-when="confirmed" method="post" action="<?cs var:Page.path ?>"<?cs if:Qr.state != "confirmed" ?> hidden<?cs /if ?>>
<?cs call:login_state() ?><div class="go"><button class="weui-btn weui-btn_primary"><?cs var:Lang.qr.go ?></button></div>
</form>
<?cs /if ?><div data-when="cancelled"<?cs if:Qr.state != "cancelled" ?> hidden<?cs /if ?>>
<p><?cs var:Lang.qr.cancelled_todo ?></p>
<?cs call:refresh() ?></div>
<div data-when="expired"<?cs if:Qr.state != "expired" ?> hidden<?cs /if ?>>
<p><?cs var:Lang.qr.expired_todo ?></p>
<?cs call:refresh() ?></div>
</div>
<p class="idle"><?cs var:Lang.qr.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
