// The language of Resource Graph, over the seeded company: what it answers, and what it refuses in Azure's way.
// Names of columns and what is refused were compared with Kusto's own language service.

import { describe, expect, it } from 'vitest';
import type { ArmCall, Reply } from './ask.ts';
import { useSimulator } from './use-simulator.ts';

let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((_simulator, asking) => {
  ask = asking;
});

type Row = Record<string, unknown>;

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
const query = (text: string, more: object = {}) => ask({ method: 'POST', path, body: { query: text, ...more } });

async function rows(text: string): Promise<Row[]> {
  const { status, body } = await query(text, { options: { $top: 1000 } });
  expect(status, JSON.stringify(body)).toBe(200);
  return (body as { data: Row[] }).data;
}

const identities = "resources | where type =~ 'microsoft.managedidentity/userassignedidentities'";

describe('answers', () => {
  it('a row with every column, also those that are empty', async () => {
    const [row = {}] = await rows(`${identities} and name == 'uami-checkout'`);
    expect(Object.keys(row)).toEqual(
      'id name type tenantId kind location resourceGroup subscriptionId managedBy sku plan properties tags identity zones extendedLocation'.split(
        ' ',
      ),
    );
    expect(row).toMatchObject({
      kind: '',
      managedBy: '',
      sku: null,
      type: 'microsoft.managedidentity/userassignedidentities',
    });
  });

  it('count, limit, take, top, distinct and order, each as the other says', async () => {
    const all = await rows(`${identities} | project id, name | order by name asc, id asc`);
    const names = all.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(await rows(`${identities} | count`)).toEqual([{ Count: all.length }]);
    expect(await rows(`${identities} | project name | top 2 by name asc`)).toEqual(
      names.slice(0, 2).map((name) => ({ name })),
    );
    expect(await rows(`${identities} | project name | sort by name | limit 3`)).toEqual(
      [...names]
        .reverse()
        .slice(0, 3)
        .map((name) => ({ name })),
    );
    expect(await rows(`${identities} | take 0`)).toEqual([]);
    const distinct = await rows(`${identities} | distinct name`);
    expect(distinct.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort());
  });

  it('summarize by groups, with the names that Kusto gives', async () => {
    const [team] = await rows(
      `${identities} | where tags.team == 'payments' | summarize count(), dcount(resourceGroup), make_set(location), min(name), max(name), countif(name has 'ci') by tostring(tags.team)`,
    );
    expect(team).toMatchObject({
      tags_team: 'payments',
      dcount_resourceGroup: 2,
      set_location: ['westeurope'],
      min_name: 'uami-checkout',
      countif_: 1,
    });
    expect(await rows('resources | where false | summarize n = count(), make_list(name)')).toEqual([
      { n: 0, list_name: [] },
    ]);
    expect(await rows('resources | where false | summarize count() by type')).toEqual([]);
    const oldest = await rows(
      `${identities} | summarize arg_min(name, location) by resourceGroup | where resourceGroup == 'rg-payments'`,
    );
    expect(oldest).toEqual([{ resourceGroup: 'rg-payments', name: 'uami-checkout', location: 'westeurope' }]);
  });

  it('extend, project by every form, and the functions', async () => {
    const [row] = await rows(
      `${identities} | where name == 'uami-invoices-ci' | extend parts = split(name, '-'), n = array_length(split(name, '-'))
       | project upper = toupper(name), last = tostring(parts[-1]), n, kind = iff(n > 2, 'long', 'short'), env = coalesce(tostring(tags.nothing), tostring(tags['env'])),
         which = case(n == 1, 'a', n == 3, 'b', 'c'), found = extract('uami-([a-z]+)', 1, name), other = replace_string(name, 'uami', 'id'), both = strcat(location, ':', n),
         keys = bag_keys(tags), json = parse_json('{"a":[1,2]}').a[1], isOld = now() > ago(1d)`,
    );
    expect(row).toEqual({
      upper: 'UAMI-INVOICES-CI',
      last: 'ci',
      n: 3,
      kind: 'long',
      env: 'prod',
      which: 'b',
      found: 'invoices',
      other: 'id-invoices-ci',
      both: 'westeurope:3',
      keys: ['team', 'env', 'owner', 'cost-center'],
      json: 2,
      isOld: true,
    });
    expect(
      await rows(
        'resources | take 1 | project tolower(name), tostring(tags.env), properties.a.b | project-away tags_*',
      ),
    ).toEqual([{ Column1: expect.any(String), properties_a_b: null }]);
    expect(
      Object.keys(
        (await rows('resources | take 1 | project name, location | project-rename place = location'))[0] ?? {},
      ),
    ).toEqual(['name', 'place']);
  });

  it.each([
    ["name =~ 'UAMI-Checkout'", true],
    ["name == 'UAMI-Checkout'", false],
    ["name in~ ('UAMI-CHECKOUT', 'x')", true],
    ["name !in ('uami-checkout')", false],
    ["name contains 'CHECK' and name !contains 'nothing'", true],
    ["name contains_cs 'CHECK'", false],
    ["name has 'checkout' and not(name has 'check')", true],
    ["name hasprefix 'check' and name startswith 'UAMI' and name endswith 'OUT'", true],
    ["name matches regex '^uami-[a-z]+$'", true],
    ["tags.nothing == 'x' or isnull(tags.nothing)", true],
    ["tags.nothing != 'x'", true],
    ["tags.Team == 'payments'", false],
    ['isempty(kind) and isnotempty(tags)', true],
    ['array_length(zones) > 0', false],
    ['not(array_length(zones) > 0)', false],
    ["tostring(tags['cost-center']) between ('1' .. '2')", undefined],
    ["toint(tags['cost-center']) between (4000 .. 4200)", true],
    ["tags contains 'alex@contoso.com'", true],
  ])('where %s', async (condition, isTrue) => {
    const reply = await query(
      `${identities} | where resourceGroup == 'rg-payments' and name == 'uami-checkout' | where ${condition} | project id`,
    );
    expect(reply.status).toBe(isTrue === undefined ? 400 : 200);
    if (isTrue !== undefined) expect((reply.body as { count: number }).count).toBe(isTrue ? 1 : 0);
  });

  it('mv-expand and joins: who uses which identity, and which nobody uses', async () => {
    const used = `resources | where isnotempty(identity.userAssignedIdentities) | mv-expand uai = bag_keys(identity.userAssignedIdentities) | extend identityId = tolower(tostring(uai))`;
    const users = await rows(`${used} | where identityId endswith '/uami-ledger' | project name | order by name asc`);
    expect(users).toEqual([{ name: 'ca-refunds' }, { name: 'vm-ledger-01' }]);
    const unused = await rows(
      `${identities} | project identityId = tolower(id), name | join kind=leftouter (${used} | summarize users = count() by identityId) on identityId | where isnull(users) | project name`,
    );
    const all = await rows(`${identities} | project name`);
    expect(unused.map(({ name }) => name)).toContain('uami-invoices-ci');
    expect(unused.map(({ name }) => name)).not.toContain('uami-ledger');
    const inner = await rows(
      `${identities} | project identityId = tolower(id), name | join kind=inner (${used} | project identityId, user = name) on identityId | distinct name`,
    );
    expect(new Set([...unused, ...inner].map(({ name }) => name))).toEqual(new Set(all.map(({ name }) => name)));
    const named = await rows(
      `${identities} | where name == 'uami-demo' | join (resourcecontainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, subscription = name) on subscriptionId | project name, subscription, subscriptionId1`,
    );
    expect(named).toEqual([
      { name: 'uami-demo', subscription: 'Contoso Sandbox', subscriptionId1: '50bc0000-0000-4000-8000-000000000003' },
    ]);
  });

  it('union of tables, with the source of each row', async () => {
    const found = await rows(
      "resources | where name == 'uami-demo' | project name | union withsource=table (resourcecontainers | where name == 'rg-playground' | project name, location) | order by name asc",
    );
    expect(found).toEqual([
      { table: 'resourcecontainers', name: 'rg-playground', location: 'westeurope' },
      { table: 'union_arg0', name: 'uami-demo', location: '' },
    ]);
  });
});

describe('refusals', () => {
  const details = ({ body }: Reply) => (body as { error: { code: string; details: Record<string, unknown>[] } }).error;

  it('of a text that ends too early are those that were recorded of Azure', async () => {
    const reply = await query('where where');
    expect([reply.status, details(reply).code]).toEqual([400, 'BadRequest']);
    expect(details(reply).details).toMatchObject([
      { code: 'InvalidQuery' },
      { code: 'ParserFailure', message: 'ParserFailure', line: 1, characterPositionInLine: 11, token: '<EOF>' },
    ]);
    const parse = await query("Resources | parse id with * '/providers/' resourceProvider");
    expect(details(parse).details[1]).toEqual({
      code: 'InvalidQueryLanguage',
      message: 'InvalidQueryLanguage',
      line: -1,
      characterPositionInLine: -1,
      token: 'parse',
    });
  });

  it.each([
    ['policyresources | count', 'DisallowedLogicalTableName'],
    ['resources | where nosuch == 1', 'Default'],
    ['resources | where name == 1', 'Default'],
    ['resources | where properties.flag', 'Default'],
    ['resources | order by properties.x', 'Default'],
    ['resources | summarize count() by tags', 'Default'],
    ['resources | distinct properties', 'Default'],
    ['resources | project name.x', 'Default'],
    ['resources | project id, id', 'Default'],
    ['resources | extend a = percentile(name, 5)', 'InvalidQueryLanguage'],
    ['resources | summarize stdev(1)', 'InvalidQueryLanguage'],
    ['resources | evaluate bag_unpack(tags)', 'InvalidQueryLanguage'],
    ['let x = 1; resources', 'InvalidQueryLanguage'],
    ['resources | join kind=leftsemi (resourcecontainers) on id', 'InvalidQueryLanguage'],
    ['resources | mv-expand tags limit 401', 'InvalidQueryLanguage'],
    ["resources | where name == 'a", 'ParserFailure'],
    ["resources | where (name == 'a'", 'ParserFailure'],
    ["resources | where name = 'a'", 'ParserFailure'],
    ['resources | limit 5 5', 'ParserFailure'],
    [`resources${' | join (resourcecontainers | project id) on id'.repeat(4)}`, 'DisallowedMaxNumberOfOperators'],
  ])('%s', async (text, code) => {
    const reply = await query(text);
    expect(reply.status, JSON.stringify(reply.body)).toBe(400);
    expect(details(reply).details.map((one) => one.code)).toEqual(['InvalidQuery', code]);
  });
});
