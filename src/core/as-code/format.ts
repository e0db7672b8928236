// How a language writes code items.

import { durationWords } from '../format-text.ts';
import type { PortalPage } from '../portal.ts';
import type { CodeItem, RoleItem } from './items.ts';

/** A file of code. The first of several is the one to begin with. */
export interface CodeText {
  readonly fileName: string; // main.bicep
  readonly text: string;
}

/** What the code is of, for its first comment and the names of its files. */
export interface CodeSubject {
  /** ‘Identity uami-orders in rg-payments’, ‘R-7K3F9Q: Delete identity uami-orders’. */
  readonly title: string;
  /** Of files: letters, digits and hyphens. */
  readonly slug: string;
  /** The address of an ARM id's page in the Azure portal. */
  portal(id: string, page?: PortalPage): string;
}

/** A language that code items can be written in. */
export interface CodeFormat {
  /** As it is typed after --as. */
  readonly name: string;
  /** On its button. */
  readonly label: string;
  /** How it is run, as one line for people; undefined: there is nothing to run. */
  howToRun(texts: readonly CodeText[], items: readonly CodeItem[]): string | undefined;
  /** Empty where the language can say nothing of it. */
  write(items: readonly CodeItem[], subject: CodeSubject): readonly CodeText[];
  /** What it leaves out, in words: a template does not delete. */
  leavesOut(items: readonly CodeItem[]): readonly string[];
}

/** The items that a template, which says what shall exist, has no words for. */
export function removalsLeftOut(items: readonly CodeItem[]): string[] {
  const words: string[] = [];
  if (items.some(({ kind }) => kind.endsWith('-removal'))) {
    words.push('It removes nothing: a template says what exists. For the removal, use the Azure CLI or PowerShell.');
  }
  if (items.some(({ kind }) => kind === 'attachment')) {
    words.push('The identity of a resource belongs into the template of that resource, so it is not in this one.');
  }
  return words;
}

/** Text for a comment: one line, without what could end it. */
export function commentText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** The line of a script above a role assignment: its role, and that its end is not in the script. */
export function roleComment({ roleName, durationMs }: RoleItem): string {
  const end =
    durationMs === undefined ? '' : `; Identity Desk ends it after ${durationWords(durationMs)}, this script does not`;
  return `# ${commentText(roleName)}${end}`;
}

/** A name for variables: letters, digits and underscores, beginning with a letter. */
export function variableName(text: string): string {
  const word = text.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(word) ? word : `id_${word}`;
}
