<?cs # For operators: what banks said of applications that we do not know; settled one by one. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.operators.suspense.title ?><?cs
def:suspended(s, i) ?><form class="sheet" method="post" action="<?cs var:Page.path ?>">
<?cs call:form_state() ?><input type="hidden" name="msg_id" value="<?cs var:s.msg_id ?>"><input type="hidden" name="n" value="<?cs var:s.n ?>">
<h2 class="number"><?cs var:s.application ?></h2>
<dl>
<div><dt><?cs var:Lang.operators.suspense.reason ?></dt><dd><?cs var:s.text ?></dd></div>
<div><dt><?cs var:Lang.operators.suspense.record ?></dt><dd class="number"><?cs var:s.msg_id ?> / <?cs var:s.n ?></dd></div>
<div><dt><?cs var:Lang.operators.suspense.since ?></dt><dd><?cs call:age(s.age) ?></dd></div>
</dl>
<div class="field<?cs if:s.error_text ?> field--bad<?cs /if ?>">
<label for="why-<?cs var:i ?>"><?cs var:Lang.operators.suspense.why ?><span class="spoken"> <?cs var:s.application ?></span></label>
<small id="why-<?cs var:i ?>-hint"><?cs var:Lang.operators.suspense.hint ?></small>
<?cs if:s.error_text ?><p class="field__fault" id="why-<?cs var:i ?>-fault"><?cs var:s.error_text ?></p>
<?cs /if ?><input id="why-<?cs var:i ?>" name="why" value="<?cs var:s.why ?>" maxlength="200" autocomplete="off" required aria-describedby="why-<?cs var:i ?>-hint<?cs if:s.error_text ?> why-<?cs var:i ?>-fault" aria-invalid="true<?cs /if ?>">
</div>
<div class="go"><button class="weui-btn weui-btn_default"><?cs var:Lang.operators.suspense.settle ?><span class="spoken"> <?cs var:s.application ?></span></button></div>
</form>
<?cs /def ?><?cs
def:body() ?><h1><?cs var:Lang.operators.suspense.title ?></h1>
<?cs call:desk_tabs() ?><?cs call:notices() ?><p class="lead"><?cs var:Lang.operators.suspense.lead ?></p>
<?cs if:!subcount(Suspense) ?><p class="sheet"><?cs var:Lang.operators.suspense.none ?></p>
<?cs /if ?><?cs each:s = Suspense ?><?cs call:suspended(s, name(s)) ?><?cs /each ?><?cs
if:Suspended.cut ?><p class="idle"><?cs var:Lang.operators.cut ?></p>
<?cs /if ?><?cs /def ?><?cs
include:"layout.cs" ?>
