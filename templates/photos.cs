<?cs include:"macros.cs" ?><?cs
set:Layout.files = "1" ?><?cs
def:inputs() ?><div id="upload" data-small="<?cs var:Lang.error.photo_too_small ?>" data-large="<?cs var:Lang.error.photo_too_large ?>" data-type="<?cs var:Lang.error.photo_type ?>" data-sending="<?cs var:Lang.photo.sending ?>" data-checking="<?cs var:Lang.photo.checking ?>" data-failed="<?cs var:Lang.photo.failed ?>" data-preview="<?cs var:Lang.photo.preview ?>">
<?cs call:fields() ?></div>
<?cs call:consents() ?><?cs /def ?><?cs
include:"step.cs" ?>
