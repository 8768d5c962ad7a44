package funding

import (
	"slices"
	"strings"
)

// Measure is a kind of money: of a transaction type, or of several that make one
// sum.
type Measure string

// The measures. Those of one type stand in the order of the codes, which begin
// with 1.
const (
	IncomingFunds      Measure = "INCOMING_FUNDS"
	OutgoingCommitment Measure = "OUTGOING_COMMITMENT"
	Disbursement       Measure = "DISBURSEMENT"
	Expenditure        Measure = "EXPENDITURE"
	InterestPayment    Measure = "INTEREST_PAYMENT"
	LoanRepayment      Measure = "LOAN_REPAYMENT"
	Reimbursement      Measure = "REIMBURSEMENT"
	PurchaseOfEquity   Measure = "PURCHASE_OF_EQUITY"
	SaleOfEquity       Measure = "SALE_OF_EQUITY"
	CreditGuarantee    Measure = "CREDIT_GUARANTEE"
	IncomingCommitment Measure = "INCOMING_COMMITMENT"
	OutgoingPledge     Measure = "OUTGOING_PLEDGE"
	IncomingPledge     Measure = "INCOMING_PLEDGE"
	// Budget is what activities are to have, and PlannedDisbursement what they are to
	// pay, each once: see left out. They are given where they are asked for.
	Budget              Measure = "BUDGET"
	PlannedDisbursement Measure = "PLANNED_DISBURSEMENT"
	// Spent is what was disbursed or spent: types 3 and 4. It is given where it is
	// asked for.
	Spent Measure = "SPENT"
	// Other is of the types that IATI does not list, as they were published.
	Other Measure = "OTHER"
)

// ofType are the measures of one type in the order of the types' codes.
var ofType = []Measure{
	IncomingFunds, OutgoingCommitment, Disbursement, Expenditure, InterestPayment, LoanRepayment, Reimbursement, PurchaseOfEquity,
	SaleOfEquity, CreditGuarantee, IncomingCommitment, OutgoingPledge, IncomingPledge,
}

// codes are those of the IATI TransactionType list, in order.
var codes = strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13")

// Types of which a flow between two selected activities is internal.
var (
	outgoing = []string{"2", "3", "4", "12"}
	incoming = []string{"1", "11", "13"}
)

// Outgoing says whether the counterpart of a flow of the type is its receiver's
// activity, Incoming whether it is its provider's.
func Outgoing(typeCode string) bool { return slices.Contains(outgoing, typeCode) }

// Incoming is the other side of Outgoing. Other types have no counterpart.
func Incoming(typeCode string) bool { return slices.Contains(incoming, typeCode) }

func (m Measure) known() bool {
	return m == Spent || m == Other || m.planned() || slices.Contains(ofType, m)
}

// planned says whether the measure is of budgets rather than of transactions.
func (m Measure) planned() bool { return m == Budget || m == PlannedDisbursement }

// Types are the codes of the transaction types that the measure adds up; nil for
// Other, and for what is not of transactions.
func (m Measure) Types() []string {
	if m == Spent {
		return []string{"3", "4"}
	}
	if i := slices.Index(ofType, m); i >= 0 {
		return codes[i : i+1]
	}
	return nil
}

// measureOf is the measure of one transaction type.
func measureOf(typeCode string) Measure {
	if i := slices.Index(codes, typeCode); i >= 0 {
		return ofType[i]
	}
	return Other
}

// rank is the place of a measure where none are asked for.
func (m Measure) rank() int {
	if i := slices.Index(ofType, m); i >= 0 {
		return i
	}
	if m.planned() {
		return len(ofType) + 1
	}
	return len(ofType)
}

// measuresOf are the measures that take a transaction type in, of those asked for;
// none: the one of the type.
func measuresOf(typeCode string, asked []Measure) []Measure {
	one := measureOf(typeCode)
	if len(asked) == 0 {
		return []Measure{one}
	}
	var out []Measure
	for _, m := range asked {
		if m == one || slices.Contains(m.Types(), typeCode) {
			out = append(out, m)
		}
	}
	return out
}

// typesOf are the types of transactions that measures add up; nil: all.
func typesOf(asked []Measure) []string {
	if len(asked) == 0 {
		return nil
	}
	out := []string{}
	for _, m := range asked {
		if m == Other {
			return nil
		}
		out = append(out, m.Types()...)
	}
	return out
}

// kindsOf are the kinds of budgets that measures add up.
func kindsOf(asked []Measure) []string {
	var out []string
	for _, m := range asked {
		if m.planned() {
			out = append(out, string(m))
		}
	}
	return out
}

// moves says whether transactions are added up.
func (q Query) moves() bool {
	types := typesOf(q.Measures)
	return types == nil || len(types) > 0
}
