using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Resources;

/// <summary>Makes lists for the wire.</summary>
internal static class ListViews
{
    /// <summary>A page of the controller's, item by item.</summary>
    public static ListView<TView> From<T, TView>(Page<T> page, Func<T, TView> view) =>
        new([.. page.Items.Select(view)], page.NextToken);

    /// <summary>A list that comes whole.</summary>
    public static ListView<TView> From<T, TView>(IReadOnlyList<T> items, Func<T, TView> view) =>
        new([.. items.Select(view)], null);
}
