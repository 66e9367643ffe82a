// FileReceipt: this order arrived, intact or not.
import { endings } from './folder.mjs';
import { element, fields } from './xml.mjs';

// verdict: as order.mjs gives it.
export function receipt({ id, size, sha256, signatureOk, digestOk, schemaOk, countOk, counted, reason })
{
	return {
		type: 'FileReceipt',
		original: id,
		ids: [id],
		body: element('Receipt', fields({
			RecordNo: 1,
			ReceivedMsgId: id,
			FileName: `${id}.${endings.data}`,
			FileSize: size,
			Sha256: sha256,
			SignatureOk: signatureOk,
			DigestOk: digestOk,
			SchemaOk: schemaOk,
			CountOk: countOk,
			RecordsCounted: counted,
			Status: reason ? 'REJECTED' : 'ACCEPTED',
			Reason: reason,
		}, 2), 1),
	};
}
