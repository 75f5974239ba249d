// A tenant's program against the types that are generated from the OpenAPI document. It is compiled, not run: what
// a caller needs must be in the document, and what the API refuses must not compile.
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./api.js";

type Schemas = components["schemas"];

const api = createClient<paths>({
  baseUrl: "https://hyperplane.example:8443",
  headers: { Authorization: "Bearer key" },
});

class Refused extends Error {
  constructor(readonly problem: Schemas["Problem"]) {
    super([problem.detail, ...problem.errors.map(error => `${error.pointer}: ${error.message}`)].join("\n"));
  }
}

// What an answer holds, or the problem as an exception.
function kept<T>(answer: { data?: T; error?: Schemas["Problem"] }): T {
  if (answer.error !== undefined)
    throw new Refused(answer.error);
  return answer.data as T;
}

async function create(name: string): Promise<Schemas["LoadBalancer"]> {
  const group = kept(await api.POST("/v1/target-groups", {
    body: { name, protocol: "TCP", port: 8080, healthCheck: { protocol: "HTTP", path: "/healthz" } },
  }));
  kept(await api.POST("/v1/target-groups/{targetGroup}/targets", {
    params: { path: { targetGroup: group.id } },
    body: { targets: [{ address: "10.0.0.7", weight: 3 }, { address: "10.0.0.8" }] },
  }));
  const loadBalancer = kept(await api.POST("/v1/load-balancers", {
    params: { header: { "Idempotency-Key": name } },
    body: { name, zones: [{ zone: "a" }, { zone: "b" }], tags: { team: "shop" } },
  }));
  const listener = kept(await api.POST("/v1/load-balancers/{loadBalancer}/listeners", {
    params: { path: { loadBalancer: loadBalancer.id } },
    body: { protocol: "TCP", port: 80, targetGroups: [{ targetGroupId: group.id, weight: 1 }] },
  }));
  const share: number = listener.targetGroups.reduce((sum, one) => sum + one.weight, 0);
  return share > 0 ? loadBalancer : await create(name);
}

// A whole tree in one call.
async function createAll(name: string): Promise<Schemas["LoadBalancerTree"]> {
  const group: Schemas["CreateTargetGroup"] = { name, protocol: "TCP", port: 80, targets: [{ address: "10.0.0.7" }] };
  const made = kept(await api.POST("/v1/load-balancers", {
    body: {
      name,
      zones: [{ zone: "a" }],
      listeners: [{ protocol: "TCP", port: 80, targetGroups: [{ targetGroup: group }] }],
    },
  }));
  const path = { loadBalancer: made.id };
  return kept(await api.GET("/v1/load-balancers/{loadBalancer}/tree", { params: { path } }));
}

// Null in a merge patch takes a tag away; the entity tag of the answer before makes sure of what is changed.
async function change(id: string): Promise<number> {
  const path = { loadBalancer: id };
  const before = await api.GET("/v1/load-balancers/{loadBalancer}", { params: { path } });
  const tag: operations["getLoadBalancer"]["responses"][200]["headers"]["ETag"] =
    before.response.headers.get("ETag") ?? "*";
  const changed = kept(await api.PATCH("/v1/load-balancers/{loadBalancer}", {
    params: { path, header: { "If-Match": tag } },
    body: { tags: { team: null, owner: "bank" }, attributes: { "deletion_protection.enabled": null } },
  }));
  const tags: Record<string, string> = changed.tags;
  return Object.keys(tags).length;
}

async function* all(): AsyncGenerator<Schemas["LoadBalancer"]> {
  let pageToken: string | null = "";
  while (pageToken !== null) {
    const page: Schemas["LoadBalancerList"] = kept(await api.GET("/v1/load-balancers", {
      params: { query: pageToken === "" ? { pageSize: 100 } : { pageSize: 100, pageToken } },
    }));
    yield* page.items;
    pageToken = page.nextPageToken;
  }
}

async function flows(id: string): Promise<[number, Record<string, number>]> {
  const path = { loadBalancer: id };
  const stats = kept(await api.GET("/v1/load-balancers/{loadBalancer}/stats", { params: { path } }));
  return [stats.flows.activeFlows, Object.fromEntries(stats.listeners.map(one => [one.id, one.flows.bytesIn]))];
}

// The answer of a watch goes on: it is read as a stream.
async function* watch(id: string): AsyncGenerator<string> {
  const path = { loadBalancer: id };
  const answer = await api.GET("/v1/load-balancers/{loadBalancer}/watch", { params: { path }, parseAs: "stream" });
  const bytes: ReadableStream<Uint8Array> | null = kept(answer);
  const reader = bytes?.getReader();
  const text = new TextDecoder();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read())
    yield text.decode(part.value, { stream: true });
}

// Each value of an enumeration has its case: one that the document gains makes this fail to compile.
function colour(status: Schemas["Status"]): string {
  switch (status.operating) {
    case "healthy": return "green";
    case "degraded": return "yellow";
    case "down": return "red";
    case "no_targets": return "grey";
    default: return status.operating satisfies never;
  }
}

function where(condition: Schemas["Condition"]): string {
  const zone: string | null = condition.zone;
  return zone === null ? condition.message : `${zone}: ${condition.message}`;
}

async function onlyIfItCouldBe(name: string): Promise<boolean> {
  const { error } = await api.POST("/v1/load-balancers", {
    params: { query: { validateOnly: true } },
    body: { name, zones: [{ zone: "a" }] },
  });
  return error?.code !== "name_in_use";
}

export async function main(): Promise<string[]> {
  const made = await create("web");
  const tree = await createAll("all");
  await change(made.id);
  const lines: string[] = [String(await onlyIfItCouldBe("web")), ...(await flows(made.id)).map(String)];
  lines.push(...tree.targetGroups.flatMap(group => group.targets).map(target => target.state));
  for await (const text of watch(made.id))
    lines.push(text);
  for await (const one of all())
    lines.push(`${one.name} ${colour(one.status)} ${one.status.conditions.map(where).join("; ")}`);
  return lines;
}

// @ts-expect-error a load balancer is in a zone
export const nowhere: Schemas["CreateLoadBalancer"] = { name: "web" };
// @ts-expect-error there is no such member
export const unknown: Schemas["CreateListener"] = { protocol: "TCP", port: 80, color: "red" };
// @ts-expect-error there is no such protocol
export const sctp: Schemas["CreateListener"] = { protocol: "SCTP", port: 80 };
// @ts-expect-error a new resource has no tag that is null
export const untagged: Schemas["CreateLoadBalancer"] = { name: "web", zones: [{ zone: "a" }], tags: { team: null } };
