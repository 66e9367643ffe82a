<?cs # A login by face, and the proof of who somebody is. They ask the same. htdocs/camera.js takes the picture where there is a camera;
     without it the input does. ?><?cs
include:"macros.cs" ?><?cs
set:Layout.title = Lang.step[Step.name].title ?><?cs
set:Layout.form = "face-form" ?><?cs
set:Layout.intent = "face" ?><?cs
def:body() ?><h1><?cs var:Lang.step[Step.name].title ?></h1>
<p class="lead"><?cs var:Lang.step[Step.name].lead ?></p>
<?cs call:notices() ?><?cs call:ways() ?><form id="face-form" method="post" action="<?cs var:Page.path ?>" enctype="multipart/form-data" novalidate>
<?cs call:login_state() ?><div class="sheet">
<?cs each:f = Field ?><?cs if:f.kind ?><?cs call:field(f) ?><?cs /if ?><?cs /each ?><div class="field<?cs if:Field.picture.error ?> field--bad<?cs /if ?>">
<label for="picture"><?cs var:Lang.face.picture ?></label>
<small id="picture-hint"><?cs var:Lang.face.picture_hint ?></small>
<?cs if:Field.picture.error ?><p class="field__fault" id="picture-fault"><?cs var:Field.picture.error_text ?></p>
<?cs /if ?><div class="camera" id="camera" data-denied="<?cs var:Lang.face.denied ?>" data-none="<?cs var:Lang.face.none ?>" data-live="<?cs var:Lang.face.live ?>" data-taken="<?cs var:Lang.face.taken ?>" data-chosen="<?cs var:Lang.face.chosen ?>" data-alt="<?cs var:Lang.face.preview ?>" hidden>
<div class="camera__view" data-view hidden><video playsinline muted aria-label="<?cs var:Lang.face.video ?>"></video>
<svg viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false"><path d="M0 0h100v100H0zM50 12C33 12 26 25 26 42c0 22 11 42 24 42s24-20 24-42C74 25 67 12 50 12z" fill-rule="evenodd"/><path class="outline" d="M50 12C33 12 26 25 26 42c0 22 11 42 24 42s24-20 24-42C74 25 67 12 50 12z"/></svg></div>
<p class="camera__say" role="status" data-say></p>
<button class="weui-btn weui-btn_default" type="button" data-do="open"><?cs var:Lang.face.open ?></button>
<button class="weui-btn weui-btn_primary" type="button" data-do="take" hidden><?cs var:Lang.face.take ?></button>
<button class="weui-btn weui-btn_default" type="button" data-do="again" hidden><?cs var:Lang.face.again ?></button>
</div>
<div class="photo"><input type="file" id="picture" name="picture" accept="image/*" capture="user" required aria-describedby="picture-hint<?cs if:Field.picture.error ?> picture-fault<?cs /if ?>"<?cs if:Field.picture.error ?> aria-invalid="true"<?cs /if ?>></div>
</div>
</div>
<?cs call:consents() ?><div class="go"><button class="weui-btn weui-btn_primary" name="intent" value="face"><?cs var:Lang.button.face ?></button></div>
</form>
<?cs if:Realname.other ?><p class="links"><a href="<?cs var:Realname.other ?><?cs if:Login.back ?>?next=<?cs var:Login.back ?><?cs /if ?>"><?cs var:Lang.face.other ?></a></p>
<?cs /if ?><p class="idle"><?cs var:Lang.face.help ?></p>
<?cs /def ?><?cs
include:"layout.cs" ?>
