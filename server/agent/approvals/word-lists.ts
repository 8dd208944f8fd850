/** Words on what cannot be undone, in the languages that most pages speak. [AGT-5] */
const words = (...latin: string[]) =>
  new RegExp(`(?<![\\p{L}\\p{N}])(${latin.join('|')})(?![\\p{L}\\p{N}])`, 'u');

const PAY = words(
  'pay(ing|ment)?( now)?|buy|purchase|check ?out|place (your |the |my )?order|order now|complete (your |the |my )?(order|purchase)',
  'donate|bid|transfer|send money|top ?up|add funds|subscribe|book( now)?|reserve|rent|upgrade|start (my |your )?(free )?trial',
  '(jetzt )?(be)?zahlen|kaufen|zahlungspflichtig|bestellen|uberweisen|spenden|buchen|abonnieren',
  'payer|acheter|commander|regler|virer|reserver|faire un don|s.abonner',
  'pagar|comprar|pedir|donar|transferir|reservar|suscribirse|paga|acquista|ordina|prenota|assinar',
  'betalen|betaal|kopen|koop|zaplac|kup|kupuje|zamow|оплатить|купить|заказать|перевести|оформить заказ',
);
const DELETE = words(
  'delete|remove|erase|discard|destroy|wipe|purge|trash|terminate|revoke|empty|clear all|unsubscribe|close (my |your |the )?account',
  'deactivate|cancel (my |your |the )?(subscription|plan|order|booking|account|membership|reservation)|factory reset|reset all',
  'loschen|entfernen|verwerfen|kundigen|stornieren|supprimer|effacer|resilier|eliminar|borrar|quitar|elimina|cancella',
  'excluir|apagar|verwijder(en)?|usun|удалить|стереть',
);
const SEND = words(
  'send|submit|post|publish|reply|tweet|share|comment|invite|apply|confirm|approve|authori[sz]e|allow access|grant|sign( document| contract)?$',
  '(ab)?senden|abschicken|einreichen|veroffentlichen|teilen|antworten|bestatigen|envoyer|publier|partager|repondre|confirmer|soumettre',
  'enviar|publicar|compartir|responder|confirmar|invia|pubblica|condividi|conferma|compartilhar|versturen|verzenden|plaatsen|delen',
  'wyslij|opublikuj|отправить|опубликовать|ответить|подтвердить',
);
/** Scripts without spaces between words. */
const PAY_ANYWHERE = /支付|付款|购买|購買|下单|提交订单|结算|支払|購入|注文|결제|구매|주문/u;
const DELETE_ANYWHERE = /删除|刪除|移除|注销|削除|삭제|탈퇴/u;
const SEND_ANYWHERE = /发送|發送|提交|发布|送信|投稿|公開|보내기|전송|게시/u;
const PRICE = /[$€£¥₹₽]\s?\d|\d[\d.,]*\s?([€£]|usd\b|eur\b|gbp\b|chf\b)/u;

export type Word = 'pay' | 'delete' | 'send';

export function saysWhat(spelled: readonly string[]): Word | null {
  const says = (...tests: RegExp[]) => spelled.some((text) => tests.some((test) => test.test(text)));
  if (says(PAY, PAY_ANYWHERE, PRICE)) return 'pay';
  if (says(DELETE, DELETE_ANYWHERE)) return 'delete';
  return says(SEND, SEND_ANYWHERE) ? 'send' : null;
}

/** "You pay $5": a button among such words may cost that, whatever it calls itself. */
export const namesPrice = (spelled: readonly string[]) =>
  spelled.some((text) => PRICE.test(text) && PAY.test(text));

export const CARD_FIELD =
  /card.?(number|no\b|holder)|cc.?(num|csc|exp)|\bcvc\b|\bcvv\b|\bcsc\b|kartennummer|numero.{0,9}carte|\biban\b/i;
export const PAY_PATH =
  /(^|[/_.-])(pay|payments?|checkout|purchase|buy|place-?order|charge|donate)([/_.?-]|$)/i;
