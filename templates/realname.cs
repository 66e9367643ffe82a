<?cs # A login by face, and the proof of who somebody is. They ask the same. htdocs/camera.js takes the picture where there is a camera;
     without it the input does. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.width = "narrow" ?><?cs
set:Layout.title = Lang.step[Step.name].title ?><?cs
set:Layout.form = "face-form" ?><?cs
set:Layout.intent = "face" ?><?cs
def:body() ?><h1><?cs var:Lang.step[Step.name].title ?></h1>
<p class="lead"><?cs var:Lang.step[Step.name].lead ?></p>
<?cs call:notices() ?><?cs call:ways() ?><form id="face-form" method="post" action="<?cs var:Page.path ?>" enctype="multipart/form-data"<?cs call:sending_words(Lang.face.sending) ?> data-forgets novalidate>
<?cs call:login_state() ?><?cs call:required() ?><div class="sheet">
<?cs each:f = Field ?><?cs if:f.kind ?><?cs call:field(f) ?><?cs /if ?><?cs /each ?><div class="field field--photo<?cs if:Field.picture.error ?> field--bad<?cs /if ?>">
<label for="picture"><?cs var:Lang.face.picture ?></label>
<small id="picture-hint"><?cs var:Lang.face.picture_hint ?></small>
<?cs if:Field.picture.error ?><p class="field__fault" id="picture-fault"><?cs var:Field.picture.error_text ?></p>
<?cs elif:subcount(Faults) ?><noscript><p class="field__fault"><?cs var:Lang.face.again ?></p></noscript>
<?cs /if ?><div class="photo photo--portrait"><?cs call:camera("picture", "", "face", Lang.face.preview, Lang.face.chosen) ?><input type="file" id="picture" name="picture" accept="image/*" capture="user" required aria-describedby="picture-hint<?cs if:Field.picture.error ?> picture-fault<?cs /if ?>"<?cs if:Field.picture.error ?> aria-invalid="true"<?cs /if ?>></div>
</div>
</div>
<?cs call:consents() ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="face"><?cs var:Lang.button.face ?></button></div>
</form>
<?cs if:Realname.other ?><p class="links"><a href="<?cs var:Realname.other ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.face.other ?></a></p>
<?cs /if ?><p class="idle"><?cs var:Lang.face.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
