// The form works without this script; it only makes typing and trying test cards pleasant.
const form = document.querySelector('[data-checkout]');
const field = (name) => document.getElementById(name);

function formatNumber(text) {
  const digits = text.replace(/\D/g, '').slice(0, 19);
  const isAmex = /^3[47]/.test(digits);
  const groups = isAmex ? /^(\d{1,4})(\d{1,6})?(\d{1,5})?.*$/ : /(\d{1,4})/g;
  if (!isAmex) return (digits.match(groups) ?? []).join(' ');
  return (digits.match(groups) ?? []).slice(1).filter(Boolean).join(' ');
}

function formatExpiry(text) {
  let digits = text.replace(/\D/g, '').slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`.slice(0, 4);
  return digits.length > 2 ? `${digits.slice(0, 2)} / ${digits.slice(2)}` : digits;
}

function formatAsTyped(input, format) {
  input?.addEventListener('input', () => {
    const atEnd = input.selectionStart === input.value.length;
    if (atEnd) input.value = format(input.value);
  });
}

function setValue(name, value) {
  const input = field(name);
  if (!input || input.readOnly) return;
  input.value = value;
  clearError(input);
}

function clearError(input) {
  input.removeAttribute('aria-invalid');
  input.removeAttribute('aria-describedby');
  document.getElementById(`${input.id}-error`)?.remove();
}

function fillFrom(chip) {
  const isCard = chip.dataset.fill === 'number';
  const { value = '' } = chip.dataset;
  if (!field('email').value) setValue('email', 'buyer@example.com');
  if (isCard) {
    setValue('number', formatNumber(value));
    setValue('expiry', `12 / ${String((new Date().getFullYear() + 2) % 100).padStart(2, '0')}`);
    setValue('cvc', '123');
    if (!field('name').value) setValue('name', 'Sandy Buyer');
  } else {
    setValue('account', value);
    if (!field('holder').value) setValue('holder', 'Sandy Buyer');
  }
}

formatAsTyped(field('number'), formatNumber);
formatAsTyped(field('expiry'), formatExpiry);

for (const chip of document.querySelectorAll('[data-fill]')) {
  chip.addEventListener('click', () => fillFrom(chip));
}

for (const input of form.querySelectorAll('.field input')) {
  input.addEventListener('input', () => clearError(input));
}

let submitted = false;
form.addEventListener('submit', (event) => {
  if (submitted) {
    event.preventDefault();
    return;
  }
  submitted = true;
  const button = form.querySelector('[data-busy-label]');
  if (!button) return;
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.busyLabel;
  button.setAttribute('aria-busy', 'true');
});

// Coming back through the history shows this very page again: let it be used again.
window.addEventListener('pageshow', () => {
  submitted = false;
  const button = form.querySelector('[aria-busy]');
  if (!button) return;
  button.textContent = button.dataset.label;
  button.removeAttribute('aria-busy');
});

form.querySelector('[aria-invalid]')?.focus();
