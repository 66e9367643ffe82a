<?cs include:"macros.cs" ?><?cs
set:Layout.title = Error.title ?><?cs
def:body() ?><h1><?cs var:Error.title ?></h1>
<section class="sheet">
<p><?cs var:Error.text ?></p>
<p><?cs var:Error.todo ?></p>
<p><a class="weui-btn weui-btn_primary" href="<?cs var:Page.entry ?>"><?cs var:Lang.button.home ?></a></p>
</section>
<p class="icon icon--phone hotline"><span><?cs var:Lang.site.hotline ?></span></p>
<?cs if:Page.request_id ?><p class="idle"><?cs var:Lang.error_page.id ?> <b class="number"><?cs var:string.slice(Page.request_id, #0, #4) ?> <?cs var:string.slice(Page.request_id, #4, #8) ?></b> <?cs var:Lang.error_page.id_full ?> <span class="number"><?cs var:Page.request_id ?></span></p>
<?cs /if ?><?cs /def ?><?cs
include:"layout.cs" ?>
