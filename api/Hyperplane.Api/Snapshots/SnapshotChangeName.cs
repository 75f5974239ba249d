using System.Text.Json.Serialization;

namespace Hyperplane.Api.Snapshots;

/// <summary>How something differs.</summary>
internal enum SnapshotChangeName
{
    [JsonStringEnumMemberName("added")]
    Added,

    [JsonStringEnumMemberName("removed")]
    Removed,

    [JsonStringEnumMemberName("changed")]
    Changed,
}
