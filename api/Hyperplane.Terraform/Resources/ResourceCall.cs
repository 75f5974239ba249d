using Hyperplane.Terraform.Api;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>What a resource has while it is read or changed.</summary>
/// <param name="api">The API.</param>
/// <param name="defaultTags">On everything that has tags.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="cancel">Fires when Terraform asks to stop.</param>
internal sealed class ResourceCall(ApiClient api, Value defaultTags, TimeProvider time, CancellationToken cancel)
{
    /// <summary>The API.</summary>
    public ApiClient Api => api;

    /// <summary>On everything that has tags.</summary>
    public Value DefaultTags => defaultTags;

    /// <summary>The clock of waits.</summary>
    public TimeProvider Time => time;

    /// <summary>Fires when Terraform asks to stop.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>What is there by now, also when the rest fails; null: what was before.</summary>
    public Value? Kept { get; set; }
}
