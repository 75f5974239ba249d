using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Hyperplane.Api.Resources;

/// <summary>Part of a list.</summary>
internal sealed record ListView<T>(
    [property: Required, Description("In the order asked for, else of creation.")] IReadOnlyList<T> Items,
    [property: Required, Description("Ask again with it as `pageToken`; null at the end.")] string? NextPageToken);
