import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFormLine } from '../../src/core/grammar/parse.ts';
import { ParseFault } from '../../src/core/grammar/parse-fault.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import { argsOf, faultOf, parse, ports, refusal, understood } from '../support/grammar.ts';

describe('a line', () => {
  it('reads flags as the Azure CLI names them, long and short', () => {
    const expected = { name: 'uami-orders', resourceGroup: 'rg-payments', location: 'westeurope' };
    expect(argsOf('create uami-orders -g rg-payments -l westeurope')).toEqual(expected);
    expect(argsOf('create --name uami-orders --resource-group rg-payments --location westeurope')).toEqual(expected);
    expect(argsOf('create -n uami-orders --resource-group=rg-payments --location=westeurope')).toEqual(expected);
    expect(argsOf('/create uami-orders -g rg-payments -l westeurope')).toEqual(expected);
  });

  it('reads what a chat app makes of hyphens, quotes and spaces', () => {
    const expected = { name: 'uami-orders', role: 'Key Vault Secrets User', scope: 'rg-payments', for: 8 * 3600_000 };
    for (const line of [
      'grant uami-orders —role “Key Vault Secrets User” —scope rg-payments —for 8h',
      'grant uami-orders –role ‘Key Vault Secrets User’ –scope rg-payments –for 8h',
      'grant\u00A0uami-orders --role «Key Vault Secrets User» --scope rg-payments --for "8 hours"',
      'grant uami-orders --role Key Vault Secrets User --scope rg-payments --for 8 hours',
    ]) {
      expect(argsOf(line), line).toEqual(expected);
    }
    expect(argsOf('list –g rg-payments')).toEqual({ resourceGroup: 'rg-payments' });
  });

  it('takes an apostrophe within a word for a letter, and a backslash for itself', () => {
    expect(argsOf("delete uami-orders --reason it's Alex’s, don't keep C:\\temp")).toEqual({
      name: 'uami-orders',
      reason: "it's Alex's, don't keep C:\\temp",
    });
  });

  it('opens the form for a bare verb that needs more, and runs one that does not', () => {
    expect(parse('create')).toMatchObject({ kind: 'form', command: { name: 'create' } });
    expect(parse('GRANT').kind).toBe('form');
    expect(parse('list').kind).toBe('command');
    expect(parse('help create')).toMatchObject({ kind: 'command', args: { command: 'create' } });
  });

  it('hears what is said to it by name, and helps in the way that a shell does', () => {
    for (const line of [', list', ': list', '/identity list', 'identity list'])
      expect(parse(line), line).toMatchObject({ kind: 'command', command: { name: 'list' } });
    for (const line of ['--help', '-h', '/identity --help'])
      expect(parse(line), line).toMatchObject({ kind: 'command', command: { name: 'help' }, args: {} });
    for (const line of ['create --help', 'create -h'])
      expect(parse(line), line).toMatchObject({ command: { name: 'help' }, args: { command: 'create' } });
  });

  it('takes request ids in any case, with or without the hyphen', () => {
    expect(argsOf('approve r-7k3f9q looks fine to me')).toEqual({ id: 'R-7K3F9Q', comment: 'looks fine to me' });
    expect(argsOf('cancel R7K3F9Q')).toEqual({ id: 'R-7K3F9Q' });
  });

  it.each([
    ['crate uami-x -g rg-y', 'create'],
    ['create uami-x --resourc-group rg-y', '--resource-group'],
    ['create uami-x', 'resource'],
    ['create uami-x -g', 'needs a value'],
    ['create ab -g rg-payments', '3 to 128 letters'],
    ['create -n _abc -g rg-payments', '3 to 128 letters'],
    ['create uami-x -g rg-payments.', 'not ending with a period'],
    ['create uami-x -g rg-y --tags =team', 'key=value'],
    ['create uami-x -g rg-y --tags a=1 A=2', 'each key once'],
    ['grant uami-x --role Reader --scope /nowhere/else', '/subscriptions/'],
    ['grant uami-x --role Reader --scope rg --for soon', '30m, 8h, 7d'],
    ['grant uami-x --role Reader --scope rg --for 0s', '1 second'],
    ['grant uami-x --role Reader --scope rg --for 9000d', '365 days'],
    ['grant uami-x --role Reader --role Owner --scope rg', 'twice'],
    ['show uami-x uami-y', 'uami-y'],
    ['request R-ILLEGAL', 'R-7K3F9Q'],
    ['requests yours', 'mine, pending, all'],
    ['create uami-x -g "rg', 'is not closed'],
    ['list --page 0', 'from 1'],
  ])('refuses “%s” and says: %s', (line, part) => {
    const fault = faultOf(line);
    expect(fault.code).toBe('bad-input');
    expect(`${fault.message} ${fault.details.next}`).toContain(part);
  });

  it('keeps what was typed when it refuses, so that a form can be filled with it', () => {
    const fault = faultOf('create uami-orders -g rg-payments --tags team=a =env --reason for the shop');
    expect(fault).toBeInstanceOf(ParseFault);
    expect((fault as ParseFault).typed).toEqual({
      name: 'uami-orders',
      resourceGroup: 'rg-payments',
      tags: 'team=a =env',
      reason: 'for the shop',
    });
    expect(readFormLine('create uami-orders --nonsense -g x', commands, ports)).toMatchObject({
      command: { name: 'create' },
      typed: { name: 'uami-orders' },
    });
    expect(readFormLine('az identity create -n uami-orders -g rg --tags "note=a,b=c"', commands, ports).typed).toEqual({
      name: 'uami-orders',
      resourceGroup: 'rg',
      tags: '"note=a,b=c"',
    });
  });

  it('does not set a prototype by a tag', () => {
    const args = argsOf('create uami-x -g rg-y --tags __proto__=x constructor=y');
    expect(Object.entries(args.tags as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('az’s flags', () => {
  const id =
    '/subscriptions/50bc0000-0000-4000-8000-000000000001/resourceGroups/rg-a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x';

  it.each(['show', 'delete', 'grant', 'revoke'])('%s takes -n, -g, --subscription and --ids', (verb) => {
    const rest = verb === 'grant' || verb === 'revoke' ? ' --role Reader --scope rg-b' : '';
    const more = rest === '' ? {} : { role: 'Reader', scope: 'rg-b' };
    expect(argsOf(`${verb} uami-x -g rg-a --subscription Prod${rest}`)).toEqual({
      name: 'uami-x',
      resourceGroup: 'rg-a',
      subscription: 'Prod',
      ...more,
    });
    expect(argsOf(`${verb} -n uami-x --resource-group rg-a${rest}`)).toEqual({
      name: 'uami-x',
      resourceGroup: 'rg-a',
      ...more,
    });
    expect(argsOf(`${verb} --ids ${id}${rest}`)).toEqual({ name: id, ...more });
    expect(argsOf(`${verb} ${id.slice(1)}${rest}`)).toEqual({ name: id, ...more });
  });

  it('takes one of several --ids only, and says so', () => {
    expect(refusal(`delete --ids ${id} ${id}2`)).toMatch(/one resource id, but 2 were entered.*one command for each/);
    expect(refusal('delete --ids uami-x')).toContain('is not a resource id');
  });

  it('asks which is meant where a value is given by place and by flag', () => {
    expect(refusal('show uami-x -n uami-y')).toContain('given twice');
    expect(refusal('show -n uami-y uami-x')).toContain('“uami-y” and “uami-x”');
    expect(refusal(`show uami-x --ids ${id}`)).toContain('given twice');
  });

  it('takes what only shapes az’s output, without effect', () => {
    for (const line of [
      'show uami-x -g rg-a -o table',
      'show uami-x -g rg-a --output json --query "[].id" --only-show-errors --verbose --debug',
      'show uami-x -g rg-a --output=tsv -y --yes --no-wait',
    ]) {
      expect(argsOf(line), line).toEqual({ name: 'uami-x', resourceGroup: 'rg-a' });
    }
    expect(refusal('approve R-7K3F9Q -y')).toContain('Unknown flag');
  });

  it('runs on where a line ends with a backslash or a backtick, and starts behind a prompt', () => {
    const expected = { command: 'create', args: { name: 'uami-x', resourceGroup: 'rg-a' } };
    for (const line of [
      'create uami-x \\\n  -g rg-a',
      'create uami-x `\n  -g rg-a',
      'create uami-x \\ -g rg-a',
      '$ create uami-x -g rg-a',
      'PS C:\\Users\\alex> create uami-x -g rg-a',
      'alex@host:~/infra$ create uami-x -g rg-a',
      '```\ncreate uami-x -g rg-a\n```',
      '`create uami-x -g rg-a`',
    ]) {
      expect(understood(line), line).toEqual(expected);
    }
  });
});

describe('what is no command', () => {
  it.each([
    ['tag uami-x --tags a=b', /Use update: update NAME --tags/],
    ['credentials uami-x', /credential list NAME/],
    ['credential uami-x', /credential list, credential add/],
    ['remove uami-x', /Use delete: delete NAME/],
    ['account show', /--subscription NAME/],
    ['frobnicate', /Unknown command “frobnicate”\. Run help/],
    ['constructor', /Unknown command “constructor”/],
  ])('“%s” is answered with what does it', (line, words) => expect(refusal(line)).toMatch(words));
});

describe('the help', () => {
  it.each(commands.flatMap(({ name, examples }) => examples.map((line) => [name, line] as const)))(
    '%s: the example “%s” is understood as that command',
    (name, line) => expect(understood(line).command).toBe(name),
  );

  it('every command that the README shows is understood', () => {
    const lines = [...readFileSync('README.md', 'utf8').matchAll(/^(?:\/identity |@Identity Desk,? )(.+)$/gm)];
    const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `\w+` \|.*\| `(.+)` \|$/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, line = ''] of [...lines, ...rows]) expect(() => parse(line), line).not.toThrow();
  });
});
