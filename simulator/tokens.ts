// Tokens: signed, in the form of Entra's, for whichever principal of the tenant is asked for. They guard nothing real;
// they are signed so that a token of another place, or a mangled one, is refused as Azure would.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { ArmError } from './errors.ts';
import type { Caller } from './exchange.ts';
import type { World } from './world/world.ts';

interface Claims {
  aud: string;
  iss: string;
  iat: number;
  nbf: number;
  exp: number;
  oid: string;
  sub: string;
  tid: string;
  appid?: string;
  /** The resource id of a managed identity. */
  xms_mirid?: string;
  upn?: string;
  idtyp: 'app' | 'user';
  ver: '1.0';
}

const armAudiences = [
  'https://management.azure.com',
  'https://management.core.windows.net',
  'https://management.usgovcloudapi.net',
  'https://management.core.usgovcloudapi.net',
  'https://management.chinacloudapi.cn',
  'https://management.core.chinacloudapi.cn',
];
const graphAudiences = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
];

/** Makes and reads tokens with one key. Times are milliseconds since 1970. */
export class Tokens {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** A token for a principal. `client`: an application's id; undefined for a person. */
  issue(
    of: { objectId: string; appId?: string; upn?: string; resourceId?: string },
    tenantId: string,
    audience: string,
    now: number,
    lifetime: number,
  ): string {
    const seconds = Math.floor(now / 1000);
    const claims: Claims = {
      aud: audience,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: seconds,
      nbf: seconds,
      exp: Math.floor((now + lifetime) / 1000),
      oid: of.objectId,
      sub: of.objectId,
      tid: tenantId,
      ...(of.appId ? { appid: of.appId } : {}),
      ...(of.resourceId ? { xms_mirid: of.resourceId } : {}),
      ...(of.upn ? { upn: of.upn } : {}),
      idtyp: of.upn ? 'user' : 'app',
      ver: '1.0',
    };
    const head = encode({ typ: 'JWT', alg: 'HS256' });
    const body = `${head}.${encode(claims)}`;
    return `${body}.${this.#sign(body)}`;
  }

  /** Who calls. Throws ARM's 401 for a token that is missing, not ours, for another audience or over. */
  read(
    authorization: string | undefined,
    door: { kind: 'arm' | 'graph'; endpoint: string },
    world: World,
    now: number,
  ): Caller {
    const tenant = world.tenant.id;
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (!token) {
      throw refused(tenant, 'AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing.");
    }
    const claims = this.#verified(token);
    if (!claims) throw refused(tenant, 'InvalidAuthenticationToken', 'The access token is invalid.');
    if (claims.exp * 1000 <= now) {
      const [end, current] = [claims.exp * 1000, now].map((at) =>
        new Date(at).toLocaleString('en-US', { timeZone: 'UTC' }).replace(',', ''),
      );
      throw refused(
        tenant,
        'ExpiredAuthenticationToken',
        `The access token expiry UTC time '${end}' is earlier than current UTC time '${current}'.`,
      );
    }
    const allowed = [...(door.kind === 'arm' ? armAudiences : graphAudiences), door.endpoint];
    if (!allowed.includes(claims.aud.replace(/\/+$/, ''))) {
      throw refused(
        tenant,
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for wrong audience or resource '${claims.aud}'. It should exactly match with one of the allowed audiences '${allowed.map((audience) => `${audience}/`).join("','")}'.`,
      );
    }
    if (claims.tid !== tenant) {
      throw refused(
        tenant,
        'InvalidAuthenticationTokenTenant',
        `The access token is from the wrong issuer '${claims.iss}'. It must match the tenant 'https://sts.windows.net/${tenant}/' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/${tenant}' to get the token.`,
      );
    }
    return { objectId: claims.oid, client: claims.upn ?? claims.appid ?? claims.oid };
  }

  #verified(token: string): Claims | undefined {
    const [head, body, signature] = token.split('.');
    if (!head || !body || !signature) return undefined;
    const expected = Buffer.from(this.#sign(`${head}.${body}`));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function refused(tenant: string, code: string, message: string): ArmError {
  return new ArmError(401, code, message, {
    'www-authenticate': `Bearer authorization_uri="https://login.windows.net/${tenant}", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`,
    'x-ms-failure-cause': 'gateway',
  });
}
