// What Resource Graph looks at and gives: scopes, tables, pages, what the caller may see.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';
import { production, sandbox, useSimulator } from './use-simulator.ts';

let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((started, asking) => {
  simulator = started;
  ask = asking;
});

type Row = Record<string, unknown>;
interface Page {
  data: Row[];
  totalRecords: number;
  count: number;
  resultTruncated: string;
  $skipToken?: string;
}

const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
const post = (body: object, who = ask) => who({ method: 'POST', path, body });
const pageOf = ({ body }: Reply) => body as Page;
const rows = async (body: object, who = ask) =>
  pageOf(await post({ ...body, options: { $top: 1000, ...(body as { options?: object }).options } }, who)).data;
const detailOf = ({ body }: Reply) =>
  (body as { error: { details: { code: string; message: string }[] } }).error.details[0];
const identities = "resources | where type =~ 'microsoft.managedidentity/userassignedidentities'";

describe('scope', () => {
  it('is what is named, by subscription or by management group, and everything where nothing is', async () => {
    const engineer = await asker(simulator, 'megan@contoso.com');
    const subscriptions = async (scope: object) =>
      (await rows({ query: `${identities} | distinct subscriptionId`, ...scope }, engineer))
        .map(({ subscriptionId }) => subscriptionId)
        .sort();
    const all = await subscriptions({});
    expect(all).toHaveLength(3);
    expect(await subscriptions({ subscriptions: [sandbox.toUpperCase()] })).toEqual([sandbox]);
    expect(await subscriptions({ managementGroups: ['Contoso-Workloads'] })).toEqual(all.slice(0, 2));
    expect(await subscriptions({ managementGroups: ['contoso-sandboxes', 'contoso-workloads'] })).toEqual(all);
  });

  it.each([
    [
      { managementGroups: ['Tenant Root Group'] },
      400,
      'ManagementGroupsContainInvalidIds',
      "The provided management groups must be valid. Given: 'Tenant Root Group'.",
    ],
    [
      { managementGroups: ['contoso', 'nobody'] },
      400,
      'ManagementGroupsContainInvalidIds',
      "The provided management groups must be valid. Given: 'nobody'.",
    ],
    [
      { subscriptions: ['not-a-guid'] },
      400,
      'SubscriptionsContainInvalidGuids',
      "Subscription ids have to be valid GUIDs. Given: 'not-a-guid'.",
    ],
    [
      { subscriptions: ['00000000-0000-4000-8000-000000000000'] },
      400,
      'NoValidSubscriptionsInQueryRequest',
      "There must be at least one subscription that is eligible to contain resources. Given: '00000000-0000-4000-8000-000000000000'.",
    ],
    [{ subscriptions: [production], managementGroups: ['contoso'] }, 400, 'InvalidScope', undefined],
  ])('%o is refused, not answered with everything', async (scope, status, code, message) => {
    const reply = await post({ query: identities, ...scope });
    expect([reply.status, detailOf(reply)?.code]).toEqual([status, code]);
    if (message) expect(detailOf(reply)?.message).toBe(message);
  });

  it('is refused where the caller may not read the group, and shows nothing that the caller may not read', async () => {
    const application = await asker(simulator, 'de910000-0000-4000-8000-000000000002');
    const reply = await post({ query: 'resources', managementGroups: ['contoso'] }, application);
    expect([reply.status, detailOf(reply)?.code]).toEqual([403, 'AccessDenied']);
    expect(new Set((await rows({ query: 'resources | distinct type' }, application)).map(({ type }) => type))).toEqual(
      new Set(['microsoft.web/sites', 'microsoft.app/containerapps']),
    );
    expect(await rows({ query: "resourcecontainers | where type has 'managementgroups'" }, application)).toEqual([]);
    expect(await rows({ query: 'authorizationresources' }, application)).toEqual([]);
  });
});

describe('tables', () => {
  it('resourcecontainers: groups, subscriptions and the tree above them', async () => {
    const engineer = await asker(simulator, 'megan@contoso.com');
    const groups = await rows(
      {
        query:
          "resourcecontainers | where type == 'microsoft.management/managementgroups' | project id, name, parent = tostring(properties.details.parent.name) | order by name asc",
      },
      engineer,
    );
    expect(groups.map(({ name, parent }) => [name, parent])).toEqual([
      ['contoso', 'a1b7c0de-0000-4000-8000-00000000c0de'],
      ['contoso-sandboxes', 'contoso'],
      ['contoso-workloads', 'contoso'],
    ]);
    const [subscription] = await rows({
      query: `resourcecontainers | where type == 'microsoft.resources/subscriptions' and subscriptionId == '${production}' | mv-expand above = properties.managementGroupAncestorsChain | summarize chain = make_list(tostring(above.name)) by name`,
    });
    expect(subscription).toEqual({
      name: 'Contoso Production',
      chain: ['contoso-workloads', 'contoso', 'a1b7c0de-0000-4000-8000-00000000c0de'],
    });
    const [group] = await rows({ query: "resourcecontainers | where name == 'rg-payments'" });
    expect(group).toMatchObject({
      type: 'microsoft.resources/subscriptions/resourcegroups',
      resourceGroup: 'rg-payments',
      tags: { env: 'prod' },
    });
  });

  it('authorizationresources: assignments with their roles by a join', async () => {
    const query =
      "authorizationresources | where type =~ 'microsoft.authorization/roleassignments' | extend roleId = tolower(tostring(properties.roleDefinitionId)), scope = tostring(properties.scope)" +
      " | join kind=inner (authorizationresources | where type =~ 'microsoft.authorization/roledefinitions' | project roleId = tolower(id), role = tostring(properties.roleName), kind = tostring(properties.type)) on roleId" +
      " | project id, scope, role, kind1 | where scope endswith 'rg-payments' or kind1 == 'CustomRole' | distinct role, kind1";
    const found = (await rows({ query })).map(({ role, kind1 }) => `${String(role)} ${String(kind1)}`);
    expect(found).toContain('Managed Identity Contributor BuiltInRole');
    expect(found).toContain('Contoso Deployment Operator CustomRole');
    const [count] = await rows({
      query:
        "authorizationresources | where type endswith 'roledefinitions' | where properties.type == 'BuiltInRole' | count",
    });
    expect(count).toEqual({ Count: 928 });
  });

  it('authorizationresources: above and below the scope as the filter says', async () => {
    // The bot may not read what is assigned at a management group.
    const engineer = await asker(simulator, 'megan@contoso.com');
    const at = async (filter?: string) =>
      new Set(
        (
          await rows(
            {
              query:
                "authorizationresources | where type endswith 'roleassignments' | project id, scope = tostring(properties.scope)",
              subscriptions: [sandbox],
              ...(filter ? { options: { authorizationScopeFilter: filter } } : {}),
            },
            engineer,
          )
        ).map(({ scope }) => String(scope).replace(`/subscriptions/${sandbox}`, '…')),
      );
    const below = [
      '…/resourceGroups/rg-playground',
      '…/resourceGroups/rg-shared/providers/Microsoft.Storage/storageAccounts/stnotebooks',
    ];
    expect(await at()).toEqual(new Set(['…', ...below]));
    expect(await at('AtScopeExact')).toEqual(new Set(['…']));
    const group = '/providers/Microsoft.Management/managementGroups/contoso';
    expect(await at('AtScopeAndAbove')).toEqual(new Set(['…', group]));
    expect(await at('AtScopeAboveAndBelow')).toEqual(new Set(['…', group, ...below]));
  });
});

describe('pages', () => {
  it('lead on by a token, as long as they were, with every row once', async () => {
    const body = { query: `${identities} | project id | order by id asc` };
    const all = (await rows(body)).map(({ id }) => id);
    const seen: unknown[] = [];
    let options: object = { $top: 4 };
    for (;;) {
      const page = pageOf(await post({ ...body, options }));
      expect(page.totalRecords).toBe(all.length);
      seen.push(...page.data.map(({ id }) => id));
      if (!page.$skipToken) break;
      expect(page.count).toBe(4);
      options = { $skipToken: page.$skipToken };
    }
    expect(seen).toEqual(all);
    expect(pageOf(await post({ ...body, options: { $skip: all.length - 1 } })).data).toEqual([{ id: all.at(-1) }]);
  });

  it('are the last where the query limits itself or has no id: cut short, and said so', async () => {
    const limited = pageOf(await post({ query: `${identities} | limit 5`, options: { $top: 3 } }));
    expect([limited.totalRecords, limited.count, limited.resultTruncated, limited.$skipToken]).toEqual([
      5,
      3,
      'true',
      undefined,
    ]);
    const nameless = pageOf(await post({ query: `${identities} | project name`, options: { $top: 3 } }));
    expect([nameless.count, nameless.resultTruncated, nameless.$skipToken]).toEqual([3, 'true', undefined]);
    const enough = pageOf(await post({ query: `${identities} | limit 2` }));
    expect([enough.totalRecords, enough.resultTruncated]).toEqual([2, 'false']);
  });

  it('refuse a token of another query or another caller, and more than 1000 rows', async () => {
    const first = pageOf(await post({ query: identities, options: { $top: 1 } }));
    const options = { $skipToken: first.$skipToken };
    expect((await post({ query: `${identities} | where true`, options })).status).toBe(400);
    expect((await post({ query: identities, options }, await asker(simulator, 'megan@contoso.com'))).status).toBe(400);
    expect((await post({ query: identities, options: { $skipToken: 'x' } })).status).toBe(400);
    expect((await post({ query: identities, options: { $top: 1001 } })).status).toBe(400);
  });

  it('come as tables with the kinds of their columns', async () => {
    const reply = await post({
      query: `${identities} | where name == 'uami-demo' | project name, tags, n = 1`,
      options: { resultFormat: 'table' },
    });
    expect((reply.body as { data: unknown }).data).toMatchObject({
      columns: [
        { name: 'name', type: 'string' },
        { name: 'tags', type: 'object' },
        { name: 'n', type: 'integer' },
      ],
      rows: [['uami-demo', { team: 'sandbox' }, 1]],
    });
  });

  it('are 15 in five seconds for each caller', async () => {
    simulator.control.settings.throttling = true;
    const person = await asker(simulator, 'adele@contoso.com');
    const replies = await Promise.all(Array.from({ length: 17 }, () => post({ query: 'resources | count' }, person)));
    simulator.control.settings.throttling = false;
    expect(replies.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(15);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.headers).toMatchObject({
      'retry-after': '5',
      'x-ms-user-quota-remaining': '0',
      'x-ms-user-quota-resets-after': '00:00:05',
    });
  });
});
