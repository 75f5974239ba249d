using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Events;

/// <summary>One change in the audit trail.</summary>
internal sealed record Event(
    long Id, string Action, string Resource, DateTimeOffset? At = null, long Generation = 0, string? KeyId = null,
    string? RequestId = null)
{
    /// <summary>What lbctl knows about events.</summary>
    public static readonly ResourceKind<Event> Kind = new(
        "event",
        WireJson.Default.Event,
        static one => one.Id.ToString(CultureInfo.InvariantCulture),
        static one => one.Action,
        [
            new("AT", static one => Moment.Of(one.At)),
            new("ACTION", static one => one.Action),
            new("RESOURCE", static one => one.Resource),
            new("GENERATION", static one => one.Generation.ToString(CultureInfo.InvariantCulture)),
            new("KEY", static one => one.KeyId),
            new("REQUEST", static one => one.RequestId),
        ]);
}
