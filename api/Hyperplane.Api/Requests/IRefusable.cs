using Hyperplane.Api.Problems;

namespace Hyperplane.Api.Requests;

/// <summary>
/// A bound argument that may turn out to be unusable; <see cref="RefusalFilter"/> then answers instead of the endpoint.
/// </summary>
internal interface IRefusable
{
    /// <summary>Null when the argument can be used.</summary>
    Problem? Problem { get; }
}
