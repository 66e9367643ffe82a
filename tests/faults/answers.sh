# shellcheck shell=bash
# Source me after exchange.sh: a bank's night of answers, made with its own recipes, and the ledger of what became of them.

SEQ=0
header() # header TYPE ORIGINAL IDS: the beginning of a message from the bank; sets ID
{
	SEQ=$((SEQ + 1))
	ID=$(printf '%s-BJSSC-20260101-%06d' "$BANK" "$SEQ")
	cat <<-END
		<?xml version="1.0" encoding="UTF-8"?>
		<$1 xmlns="urn:bjssc:exchange:1">
		 <Header>
		  <MsgId>$ID</MsgId>
		  <MsgType>$1</MsgType>
		  <SchemaVersion>1.0</SchemaVersion>
		  <From>$BANK</From>
		  <To>BJSSC</To>
		  <BusinessDate>2026-01-01</BusinessDate>
		  <CreationTime>2026-01-01T23:00:00+08:00</CreationTime>
		  <SeqNo>$SEQ</SeqNo>
		  <PossibleDuplicate>false</PossibleDuplicate>
		  <OriginalMsgId>$2</OriginalMsgId>
		  <NumberOfRecords>$(wc -l <"$3")</NumberOfRecords>
		  <ControlDigest>$(openssl dgst -sha256 -r "$3" | cut -d' ' -f1)</ControlDigest>
		  <Part>1</Part>
		  <LastInBusinessDate>true</LastInBusinessDate>
		 </Header>
	END
}

send() # what is in $ROOM/message, as the bank, by the recipe
{
	ID=$(sed -n 's:.*<MsgId>\(.*\)</MsgId>.*:\1:p' "$ROOM/message")
	mv "$ROOM/message" "$ROOM/$ID.xml"
	SRC=$ROOM OUT=$IN_DIR PEER=$ROOM/keys/bureau.crt ME=$ROOM/keys/$BANK recipe send || exit 1
}

# A new order of five applications, its receipt and a report on all of them lie ready.
another_night()
{
	local order n=0 no
	"$BUILD/unit/applicants" "$BANK" 5 500 >"$ROOM/numbers" || exit 1
	sbk export --date 2026-01-01 || exit 1
	order=$(sql "SELECT msg_id FROM exchange_record WHERE application = '$(head -n 1 "$ROOM/numbers")'")
	cat "$ROOM/numbers" >>"$ROOM/acked"
	echo "$order" >"$ROOM/ids"
	{
		header FileReceipt "$order" "$ROOM/ids"
		cat <<-END
			 <Receipt>
			  <RecordNo>1</RecordNo>
			  <ReceivedMsgId>$order</ReceivedMsgId>
			  <FileName>$order.xml.enc</FileName>
			  <FileSize>$(stat -c %s "$OUT_DIR/$order.xml.enc")</FileSize>
			  <Sha256>$(sha256sum "$OUT_DIR/$order.xml.enc" | cut -d' ' -f1)</Sha256>
			  <SignatureOk>true</SignatureOk>
			  <DigestOk>true</DigestOk>
			  <SchemaOk>true</SchemaOk>
			  <CountOk>true</CountOk>
			  <RecordsCounted>5</RecordsCounted>
			  <Status>ACCEPTED</Status>
			 </Receipt>
			</FileReceipt>
		END
	} >"$ROOM/message"
	send
	sort "$ROOM/numbers" >"$ROOM/ids"
	{
		header ProductionStatusReport "$order" "$ROOM/ids"
		printf ' <Totals>\n  <Total>\n   <Status>PRODUCED</Status>\n   <Number>5</Number>\n  </Total>\n </Totals>\n'
		while read -r no; do
			n=$((n + 1))
			printf ' <Entry>\n  <RecordNo>%s</RecordNo>\n  <ApplicationNo>%s</ApplicationNo>\n  <Attempt>1</Attempt>\n' "$n" "$no"
			printf '  <Status>PRODUCED</Status>\n  <StatusTime>2026-01-01T22:00:00+08:00</StatusTime>\n </Entry>\n'
		done <"$ROOM/ids"
		echo '</ProductionStatusReport>'
	} >"$ROOM/message"
	send
}

# Every application has each move once, every message is applied and put away, every entry is kept once.
ledger_of_answers()
{
	local n
	WRONG=0
	n=$(wc -l <"$ROOM/acked")
	[ "$(sql "SELECT COUNT(*) FROM application WHERE bank = '$BANK' AND state = 'PRODUCED'")" = "$n" ] ||
		fault "not all are produced"
	[ "$(sql "SELECT COUNT(*) FROM application a JOIN application_event e ON e.application = a.no WHERE a.bank = '$BANK'
	    AND e.state IN ('RECEIVED', 'PRODUCED')")" = $((2 * n)) ] || fault "moves are lost or doubled"
	[ "$(sql "SELECT COUNT(*) FROM exchange_record WHERE msg_id LIKE '$BANK-%' AND outcome = 'APPLIED'")" = "$n" ] ||
		fault "entries are lost or doubled"
	[ "$(sql "SELECT COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND state NOT IN ('APPLIED', 'ACCEPTED')")" = 0 ] ||
		fault "a message is not done"
	[ "$(sql "SELECT COUNT(*) FROM exchange_message WHERE bank = '$BANK' AND direction = 'in'")" = \
	    "$(find "$ROOM/exchange/$BANK/archive" -name "$BANK-*.sig" | wc -l)" ] || fault "a message is not in archive"
	n=$(find "$IN_DIR" "$OUT_DIR" "$ROOM/exchange/$BANK/work" "$ROOM/exchange/$BANK/quarantine" -type f | wc -l)
	[ "$n" = 0 ] || fault "$n files lie about"
	[ "$WRONG" = 0 ]
}
