"""Every action the domain names, ready to run over one store."""

from typing import Final

from actions import (
    cancellations,
    company_invoices,
    delivery,
    dialogue,
    handoffs,
    offers,
    orders,
    payment_issues,
    payments,
    refunds,
    returns,
    shipping_addresses,
    smalltalk,
)
from actions.topic_action import Clock, TopicAction
from crm_store.use_cases.unit_of_work import Store

ACTIONS: Final[tuple[type[TopicAction], ...]] = (
    smalltalk.ActionGreet,
    orders.ActionTrackOrder,
    orders.ActionListOrders,
    orders.ActionAskOrderNumber,
    orders.ActionTakeInformation,
    orders.ValidateTrackOrderForm,
    cancellations.ValidateCancelOrderForm,
    cancellations.ActionAskCancelConfirmed,
    cancellations.ActionCancelOrder,
    shipping_addresses.ValidateChangeAddressForm,
    shipping_addresses.ActionAskNewAddress,
    shipping_addresses.ActionAskAddressConfirmed,
    shipping_addresses.ActionChangeShippingAddress,
    delivery.ActionDeliveryPeriod,
    delivery.ActionDeliveryOptions,
    returns.ActionCheckReturnPolicy,
    returns.ValidateReturnForm,
    returns.ActionAskReturnItem,
    returns.ActionAskReturnConfirmed,
    returns.ActionRequestReturn,
    returns.ActionTrackReturn,
    refunds.ActionCheckRefundPolicy,
    refunds.ActionGetRefund,
    refunds.ActionTrackRefund,
    payments.ActionCheckPaymentMethods,
    payments.ActionCheckInvoice,
    payments.ActionGetInvoice,
    payment_issues.ValidatePaymentIssueForm,
    payment_issues.ActionAskPaymentConfirmed,
    payment_issues.ActionReportPayment,
    company_invoices.ValidateCompanyInvoiceForm,
    company_invoices.ActionAskCompanyDetails,
    company_invoices.ActionRequestCompanyInvoice,
    offers.ActionCheckDiscounts,
    offers.ActionReportPromoCodeProblem,
    offers.ValidatePromoCodeForm,
    offers.ActionCheckLoyaltyPoints,
    handoffs.ActionRequestHandoff,
    handoffs.ActionAnswerComplaint,
    handoffs.ActionAnswerOtherTopic,
    dialogue.ActionAffirm,
    dialogue.ActionDeny,
    dialogue.ActionStopDialogue,
    dialogue.ActionChangeLanguage,
    dialogue.ActionConfirmLanguage,
    dialogue.ActionExplain,
    dialogue.ActionOptOutPersonalisation,
    dialogue.ActionRepeat,
    dialogue.ActionClearConfusion,
    dialogue.ActionOfferMeanings,
    dialogue.ActionFallBack,
)


def build_actions(store: Store, clock: Clock) -> list[TopicAction]:
    """One instance of each action; `clock` gives aware UTC times."""
    return [action(store, clock) for action in ACTIONS]
