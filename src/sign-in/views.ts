// What each page of a sign-in says.

import { warningWords } from '../core/cards/warning-words.ts';
import { plainText } from '../core/chat.ts';
import { Fault } from '../core/errors.ts';
import type { Sender } from '../core/model/person.ts';
import type { Request } from '../core/model/request.ts';
import type { SignedIn, SignInTicket } from '../core/model/sign-in.ts';
import { plannedWords } from '../core/operations/registry.ts';
import { factList, folded, form, type Html, html, page, type Tone } from './page.ts';
import { paths } from './paths.ts';

const shown = (title: string, body: Html, tone: Tone = 'plain') => page(title, body, { stylePath: paths.style, tone });

const chatNames: Readonly<Record<string, string>> = { slack: 'Slack', teams: 'Microsoft Teams' };

/** A chat account: an id of its own is told with the workspace where ids are a workspace's own. */
function accountFacts({ chat, name, userId }: Sender) {
  const [workspace, user] = userId.includes(':') && !userId.startsWith('29:') ? userId.split(':', 2) : [];
  return [
    { label: 'Chat', value: chatNames[chat] ?? chat },
    { label: 'Account', value: name },
    ...(workspace === undefined ? [] : [{ label: 'Workspace', value: workspace }]),
    { label: 'Account id', value: user ?? userId },
  ];
}

/** How much of a digest is shown: enough to compare two by eye. */
const shortDigest = (digest: string) => digest.slice(0, 12);

function requestFacts(request: Request): Html {
  const { plan, requester, reason } = request;
  const by = requester.email === undefined ? requester.name : `${requester.name} (${requester.email})`;
  const facts = [
    { label: 'Requested by', value: by },
    ...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]),
    ...plan.facts.filter(({ isId }) => !isId).map(({ label, value }) => ({ label, value })),
  ];
  const ids = [
    ...plan.facts.filter(({ isId }) => isId).map(({ label, value }) => ({ label, value })),
    { label: 'Request', value: request.id },
    { label: 'Plan digest', value: shortDigest(request.digest) },
  ];
  const warnings = plan.warnings.map((one) => html`<p class="warn">${plainText(warningWords(one))}</p>`);
  const changes = plan.steps.map(({ operation }) => html`<li>${plannedWords(operation)}</li>`);
  return html`<p><strong>${plan.summary}</strong></p>${factList(facts)}<h2>Changes</h2><ul>${changes}</ul>${warnings}${folded('Ids', factList(ids))}`;
}

const notYours = html`<p class="warn"><strong>Did somebody send you this link?</strong> Then do not continue: close this page and tell your Identity Desk administrator. Only go on if you asked for it yourself, from the account above.</p>`;

/** Before the sign-in: nothing of a request, since nobody knows yet who looks. It changes nothing to look at it. */
export function startPage(ticket: SignInTicket, fields: Readonly<Record<string, string>>): string {
  const account = factList(accountFacts(ticket.sender));
  const button = form(paths.start, 'Continue to sign in', fields);
  const after = html`<p class="quiet">You will be asked to sign in again, even if you are signed in already.</p>`;
  if (ticket.purpose.kind === 'link') {
    return shown(
      'Link a chat account',
      html`<p>Whoever signs in here becomes the person behind this chat account:</p>${account}${notYours}${button}${after}`,
    );
  }
  return shown(
    'Confirm your approval',
    html`<p>An approval was selected from this chat account. What it is for is shown once you have signed in, before you confirm it.</p>${account}${notYours}${button}${after}`,
  );
}

const nameOf = ({ name, address }: SignedIn) => (address === undefined ? name : `${name} (${address})`);

/** After the sign-in for a link: the code to be typed in the chat. */
export function codePage(ticket: SignInTicket, who: SignedIn, code: string): string {
  return shown(
    'Enter this code in the chat',
    html`<p>You signed in as <strong>${nameOf(who)}</strong>.</p>
${factList(accountFacts(ticket.sender))}
<p class="code">${code}</p>
<p>Enter <code>link ${code}</code> from the chat account above, and confirm there. Nothing is linked until you do.</p>
<p class="warn"><strong>Tell the code to nobody.</strong> Who has it could act in your name. If that account is not yours, close this page.</p>`,
  );
}

/** After the sign-in for an approval: the last step. */
export function confirmPage(request: Request, who: SignedIn, fields: Readonly<Record<string, string>>): string {
  return shown(
    'Confirm your approval',
    html`<p>You signed in as <strong>${nameOf(who)}</strong>.</p>${requestFacts(request)}${form(paths.confirm, `Approve ${request.id}`, fields)}<p class="quiet">To deny it, close this page and use the chat.</p>`,
  );
}

/** The approval is recorded. */
export function approvedPage({ id, plan }: Request): string {
  return shown(
    'Your approval is recorded',
    html`<p><strong>${id}</strong>: ${plan.summary}.</p><p>You can close this page. The chat shows the outcome.</p>`,
    'good',
  );
}

/** An error: what happened, what was and was not done, what to do next. */
export function faultPage(fault: Fault): string {
  const tone = fault.isTransient || fault.code === 'internal' ? 'bad' : 'caution';
  return shown(fault.message, html`<p>${fault.details.next ?? ''}</p>`, tone);
}

/** The browser that goes on is not the one that began, or has lost its cookie. */
export function otherBrowser(): Fault {
  return new Fault('not-allowed', 'This sign-in belongs to another browser.', {
    next: 'Nothing was changed. Open the link from the chat in one browser, and stay in it. Cookies must be allowed.',
  });
}
