import type { OrderField } from "./order-field.ts";

// How shops, and the systems they export from, name their columns. Names are compared without case, spaces and
// underscores; in each list the surest name comes first.

export const fieldWords: Record<OrderField, readonly string[]> = {
  order: words(`orderid ordernumber orderno ordernr ordernum orderref orderreference ordername invoiceno invoiceid invoicenumber
    invoice basketid basketkey transactionid transactionno transactionnumber transid receiptid receiptno receiptnumber billno
    billid billnumber saleid salesid salesorderid salesorderno purchaseid checkoutid incrementid documentno ticketid ticketno
    order basket transaction receipt`),
  customer: words(`customerid customerno customernumber customernr customercode customerkey custid custno custcode clientid
    clientno userid userno memberid memberno householdid householdkey buyerid shopperid personid accountid accountno
    loyaltyid cardid cardno visitorid customeruser customeruniqueid contactid masterid uid customeremail customeremailaddress
    billingemail email emailaddress useremail contactemail buyeremail customer client buyer user member household shopper`),
  item: words(`sku itemsku productsku lineitemsku variantsku productid itemid articleid productcode itemcode stockcode articlecode
    articleno articlenumber productno productnumber itemno itemnumber partno partnumber variantid stockid productkey asin gtin
    ean upc barcode isbn product item article`),
  time: words(`orderdatetime ordertimestamp orderedat orderpurchasetimestamp orderdate createdat datecreated placedat dateordered
    orderplacedat purchasetimestamp purchasedat purchasedate transactiontimestamp transactiondatetime transactiondate transdate
    invoicedatetime invoicedate saledate salesdate receiptdate billdate billingdate orderplaced processedat paidat completedat
    datepaid datetime timestamp eventtime date time ts`),
  clock: words("ordertime transtime transactiontime purchasetime invoicetime saletime receipttime clocktime timeofday time"),
  quantity: words(`quantity qty lineitemquantity itemquantity orderquantity quantityordered qtyordered orderedquantity orderqty
    productquantity itemqty units unitssold unitsordered pieces pcs itemcount count cds`),
  price: words(`unitprice priceperunit unitsellingprice lineitemprice itemprice productprice priceeach sellingprice saleprice
    salesprice itemcost unitcost price`),
  total: words(`linetotal lineitemtotal linesubtotal lineamount linevalue itemtotal itemsubtotal rowtotal extendedprice
    salesvalue salesamount netamount grossamount totalprice totalamount amount revenue sales total subtotal dollarvalue value`),
  // Not "name": beside an e-mail it is the customer's, and a person's name must not become a product's title.
  title: words(`productname itemname producttitle itemtitle lineitemname productdescription itemdescription articlename
    articledescription stockdescription description title product item`),
  currency: words("currency currencycode ordercurrency currencyiso transactioncurrency"),
  category: words(`category categoryname productcategory productcategoryname itemcategory maincategory department producttype
    productgroup itemgroup categorycode categoryid`),
  brand: words("brand brandname productbrand manufacturer lineitemvendor vendor supplier"),
  country: words("country countrycode customercountry billingcountry shippingcountry"),
};

/** A column with one of these words is about something else, whatever its other words are. */
export const foreignWords: Partial<Record<OrderField, readonly string[]>> = {
  order: words("status type date time total value amount price quantity qty count discount source channel item line note notes tax"),
  customer: words("name type status segment group age gender city country phone zip address coupon note notes accepts"),
  item: words("coupon campaign promotion promo name description title category group type price quantity qty count total discount date status"),
  time: words(
    "ship shipped shipping deliver delivery delivered birth birthday updated modified due expiry expires return cancel cancelled canceled estimated limit approval fulfilled",
  ),
};

/** Looser than the lists: a column that has a word of both kinds. */
export const fieldWordPairs: Partial<Record<OrderField, readonly [readonly string[], readonly string[]]>> = {
  order: [words("order invoice basket receipt transaction sale purchase bill"), words("id no nr num number key code ref")],
  customer: [
    words("customer client user member household buyer shopper account cust visitor"),
    words("id no nr num number key code ref email uid hash"),
  ],
  item: [words("product item article stock variant sku upc ean"), words("id no nr num number key code ref sku upc ean")],
  time: [
    words("order ordered purchase purchased transaction invoice sale sales created placed paid bill"),
    words("date time datetime timestamp at on day"),
  ],
  quantity: [words("quantity qty units"), words("sold ordered item product line order of quantity qty units")],
  price: [words("price"), words("unit item product each line net gross single")],
};

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
