import type { ButtonHTMLAttributes, Ref } from 'react';

type Look = 'primary' | 'plain' | 'quiet' | 'danger' | 'stage';

const looks: Record<Look, string> = {
  primary: 'bg-green text-on-green hover:bg-green-hover font-semibold',
  plain: 'border border-line-strong bg-card text-ink hover:bg-green-soft font-medium',
  quiet: 'text-ink hover:bg-green-soft font-medium',
  danger: 'bg-red text-card hover:opacity-90 font-semibold dark:text-paper',
  stage: 'text-[#dfe8e0] hover:bg-white/12 font-medium',
};

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  size?: 'normal' | 'small' | 'large';
  ref?: Ref<HTMLButtonElement>;
}

const sizes = {
  small: 'min-h-9 px-3 text-sm gap-1.5',
  normal: 'min-h-11 px-4 text-[0.9375rem] gap-2',
  large: 'min-h-14 px-7 text-lg gap-2.5',
};

/** `aria-disabled` instead of `disabled` keeps the focus where it was; such a button does nothing. */
export function Button({ look = 'plain', size = 'normal', className = '', onClick, ...rest }: Props) {
  const off = rest['aria-disabled'] === true || rest['aria-disabled'] === 'true';
  return (
    <button
      type="button"
      {...rest}
      onClick={off ? undefined : onClick}
      className={`inline-flex shrink-0 select-none items-center justify-center rounded-lg transition-colors duration-150 disabled:opacity-55 aria-disabled:cursor-default aria-disabled:opacity-60 ${looks[look]} ${sizes[size]} ${className}`}
    />
  );
}
