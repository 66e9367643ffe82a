<?cs include:"macros.cs" ?><?cs
set:Layout.width = "wide" ?><?cs
set:Layout.title = Lang.portal.title ?><?cs
def:body() ?><?cs call:notices() ?><div class="hero"><h1><?cs var:Lang.portal.name ?></h1>
<p><?cs var:Lang.portal.lead ?></p></div>
<section class="sheet">
<h2><?cs var:Lang.portal.hot ?></h2>
<ul class="tiles"><li><a class="tile icon icon--card" href="<?cs var:Home.enter ?>"><b><?cs var:Lang.portal.card ?></b><span><?cs var:Lang.portal.card_text ?></span></a></li><li><a class="tile icon icon--list" href="<?cs var:Home.my ?>"><b><?cs var:Lang.site.my ?></b><span><?cs var:Lang.hall.my_text ?></span></a></li></ul>
</section>
<section class="sheet">
<h2><?cs var:Lang.portal.how_title ?></h2>
<ol class="stages">
<?cs each:n = Lang.portal.how ?><li><b><?cs var:n.title ?></b> <span><?cs var:n.text ?></span></li>
<?cs /each ?></ol>
</section>
<div class="pair"><?cs call:prepare() ?><section class="sheet">
<h2><?cs var:Lang.portal.know ?></h2>
<ul class="plain">
<?cs each:n = Lang.portal.fact ?><li><?cs var:n ?></li>
<?cs /each ?></ul>
</section></div>
<?cs /def ?><?cs
include:"layout.cs" ?>
