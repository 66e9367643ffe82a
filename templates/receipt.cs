<?cs # The receipt on paper (lib/web/paper.h): no page, and so without the frame. ?><?cs
include:"macros.cs" ?><?cs
def:row(label, text) ?><?cs if:text ?><row label="<?cs var:label ?>"><?cs var:text ?></row>
<?cs /if ?><?cs /def ?><?cs
each:a = Application ?><paper lang="<?cs var:Page.lang ?>" title="<?cs var:Lang.receipt.title ?> <?cs var:a.no ?>" author="<?cs var:Lang.site.bureau ?>">
<code label="<?cs var:Lang.receipt.code ?>"><?cs var:Receipt.address ?></code>
<h1><?cs var:Lang.receipt.title ?></h1>
<?cs call:row(Lang.my.no, a.no) ?><?cs
	call:row(Lang.label.name, a.told.name) ?><?cs
	call:row(Lang.receipt.what, Lang.my.card) ?><?cs
	call:row(Lang.my.submitted, a.submitted) ?><?cs
	if:a.live ?><?cs call:row(Lang.receipt.promised, a.promised) ?><?cs /if ?><?cs
	call:row(Lang.receipt.state, a.state_text) ?><?cs
	call:row(Lang.receipt.reason, a.reason_text) ?><?cs
	call:row(Lang.my.expects, a.expects) ?><h2><?cs var:Lang.receipt.card ?></h2>
<?cs call:row(Lang.label.delivery, a.told.delivery) ?><?cs
	call:row(Lang.label.mail_name, a.told.mail_name) ?><?cs
	call:row(Lang.label.mail_district, a.told.mail_district) ?><?cs
	call:row(Lang.label.mail_address, a.told.mail_address) ?><?cs
	call:row(Lang.label.mail_postcode, a.told.mail_postcode) ?><?cs
	call:row(Lang.my.tracking, a.tracking) ?><?cs
	call:row(Lang.my.bank, a.bank) ?><?cs
	call:row(Lang.my.bank_phone, a.bank_phone) ?><?cs
	call:row(Lang.my.branch, a.branch) ?><?cs
	call:row(Lang.receipt.address, a.branch_address) ?><?cs
	call:row(Lang.receipt.hours, a.branch_hours) ?><?cs
	call:row(Lang.receipt.phone, a.branch_phone) ?><h2><?cs var:Lang.my.timeline ?></h2>
<?cs each:e = a.event ?><row label="<?cs var:e.at ?>"><?cs var:e.text ?><?cs if:e.reason_text ?>
<?cs var:e.reason_text ?><?cs /if ?></row>
<?cs /each ?><?cs if:a.next ?><p><?cs call:say(Lang.my.next, a.next, "") ?></p>
<?cs /if ?><foot><?cs var:Lang.site.hotline ?>
<?cs call:say(Lang.receipt.made, Receipt.origin, Receipt.made) ?></foot>
</paper>
<?cs /each ?>
