<?cs include:"macros.cs" ?><?cs
set:Layout.title = Lang.portal.title ?><?cs
def:body() ?><?cs call:notices() ?><h1><?cs var:Lang.portal.name ?></h1>
<section class="sheet">
<h2><?cs var:Lang.portal.hot ?></h2>
<ul class="tiles"><li><a class="tile" href="<?cs var:Home.enter ?>"><b><?cs var:Lang.portal.card ?></b><span><?cs var:Lang.portal.card_text ?></span></a></li></ul>
</section>
<section class="sheet">
<h2><?cs var:Lang.portal.know ?></h2>
<ul class="plain">
<?cs each:n = Lang.portal.fact ?><li><?cs var:n ?></li>
<?cs /each ?></ul>
</section>
<?cs /def ?><?cs
include:"layout.cs" ?>
