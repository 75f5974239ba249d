namespace Hyperplane.Api.Resources;

/// <summary>A resource with a version of what is wanted of it: its entity tag (RFC 9110 section 8.8.3).</summary>
internal interface IVersioned
{
    /// <summary>Counts the changes of what is wanted; what is seen (status) does not change it.</summary>
    long Generation { get; }
}
