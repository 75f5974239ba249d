using System.Text.Json.Serialization;
using Hyperplane.Lbctl.Contexts;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.Events;
using Hyperplane.Lbctl.Fleet;
using Hyperplane.Lbctl.Listeners;
using Hyperplane.Lbctl.LoadBalancers;
using Hyperplane.Lbctl.Quotas;
using Hyperplane.Lbctl.Snapshots;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;
using Hyperplane.Lbctl.Tenants;
using Hyperplane.Lbctl.Trees;

namespace Hyperplane.Lbctl.Api;

/// <summary>
/// The API's JSON, generated at build: members that lbctl does not know are left alone, missing ones are told.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Context))]
[JsonSerializable(typeof(SavedContexts))]
[JsonSerializable(typeof(LoadBalancer))]
[JsonSerializable(typeof(LoadBalancerRequest))]
[JsonSerializable(typeof(LoadBalancerChange))]
[JsonSerializable(typeof(ShiftRequest))]
[JsonSerializable(typeof(Listener))]
[JsonSerializable(typeof(ListenerRequest))]
[JsonSerializable(typeof(ListenerChange))]
[JsonSerializable(typeof(TargetGroup))]
[JsonSerializable(typeof(TargetGroupRequest))]
[JsonSerializable(typeof(TargetGroupChange))]
[JsonSerializable(typeof(Target))]
[JsonSerializable(typeof(TargetsRequest))]
[JsonSerializable(typeof(Tenant))]
[JsonSerializable(typeof(TenantLimits))]
[JsonSerializable(typeof(ApiKey))]
[JsonSerializable(typeof(NameRequest))]
[JsonSerializable(typeof(KeyRequest))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(Stats.Stats), TypeInfoPropertyName = "Stats")]
[JsonSerializable(typeof(Tree))]
[JsonSerializable(typeof(Quota))]
[JsonSerializable(typeof(Dictionary<string, int?>))]
[JsonSerializable(typeof(ElasticIp))]
[JsonSerializable(typeof(ElasticIpRequest))]
[JsonSerializable(typeof(ElasticIpChange))]
[JsonSerializable(typeof(AddressPool))]
[JsonSerializable(typeof(AddressPoolRequest))]
[JsonSerializable(typeof(Zone))]
[JsonSerializable(typeof(ZoneRequest))]
[JsonSerializable(typeof(Cell))]
[JsonSerializable(typeof(CellRequest))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(NodeRequest))]
[JsonSerializable(typeof(Snapshot))]
[JsonSerializable(typeof(Rollout))]
[JsonSerializable(typeof(SnapshotDiff))]
[JsonSerializable(typeof(EnrolmentToken))]
[JsonSerializable(typeof(Placement))]
internal sealed partial class WireJson : JsonSerializerContext;
