using System.Text.Json.Serialization;

namespace Hyperplane.Api.Snapshots;

/// <summary>How far the newest snapshot of a cell has come.</summary>
internal enum RolloutState
{
    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("rolling")]
    Rolling,

    [JsonStringEnumMemberName("halted")]
    Halted,
}
