<?cs # The same proof as realname.cs by a code to the telephone that the roster has. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.realsms.title ?><?cs
set:Layout.form = "realname" ?><?cs
set:Layout.intent = "prove" ?><?cs
set:Layout.keeps = "1" ?><?cs
def:body() ?><h1><?cs var:Lang.realsms.title ?></h1>
<p class="lead"><?cs var:Lang.realsms.lead ?></p>
<?cs call:notices() ?><form class="sheet" id="realname" method="post" action="<?cs var:Page.path ?>" novalidate>
<?cs call:login_state() ?><?cs call:required() ?><div class="field<?cs if:Field.id_number.error ?> field--bad<?cs /if ?>">
<label for="id_number"><?cs var:Lang.code.id_number ?></label>
<?cs if:Field.id_number.error ?><p class="field__fault" id="id_number-fault"><?cs var:Field.id_number.error_text ?></p>
<?cs /if ?><input id="id_number" name="id_number" value="<?cs var:Code.id_number ?>" maxlength="36" autocomplete="off" enterkeyhint="next"<?cs call:checks(Field.id_number) ?> required<?cs if:Field.id_number.error ?> aria-invalid="true" aria-describedby="id_number-fault"<?cs /if ?>>
<?cs call:code_get() ?></div>
<?cs call:code_typed(Lang.realsms.sent) ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="prove"><?cs var:Lang.realsms.go ?></button></div>
</form>
<?cs if:Realname.other ?><p class="links"><a href="<?cs var:Realname.other ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.realsms.other ?></a></p>
<?cs /if ?><p class="idle"><?cs var:Lang.realsms.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
