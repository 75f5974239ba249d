namespace Hyperplane.Terraform.Schemas;

/// <summary>Something to tell the person who runs Terraform.</summary>
/// <param name="Summary">In a few words.</param>
/// <param name="Detail">In sentences: why, and what to do.</param>
/// <param name="Path">What it is about; null for the whole.</param>
/// <param name="IsWarning">Whether Terraform goes on.</param>
internal sealed record Finding(string Summary, string Detail, FieldPath? Path = null, bool IsWarning = false);
