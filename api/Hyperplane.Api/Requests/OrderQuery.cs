using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Requests;

/// <summary>In which order a list is wanted: <c>?orderBy=name desc,createdAt</c>.</summary>
internal static class OrderQuery
{
    /// <summary>Its name in the query.</summary>
    public const string Name = "orderBy";

    /// <summary>What is said of a wrong one.</summary>
    public const string Message =
        "Must be name, createdAt or both with a comma between, each with asc or desc after a space if at all.";

    /// <summary>Describes it.</summary>
    public static QueryParameter Parameter { get; } = new(
        Name,
        "`name`, `createdAt` or both, the first one first, each with `asc` (the usual way) or `desc`: "
            + "`name desc,createdAt`. Names go by code points. Without it in order of creation.",
        "string",
        Pattern: "^(name|createdAt)( (asc|desc))?(,(name|createdAt)( (asc|desc))?)?$");

    /// <summary>Reads one. False when it cannot be.</summary>
    public static bool TryParse(string text, out ListOrder order)
    {
        order = default;
        var byName = SortDirection.None;
        bool isByName = false;
        bool? newestFirst = null;
        foreach (string term in text.Split(','))
        {
            string[] words = term.Split(' ');
            if (words.Length > 2 || (words.Length == 2 && words[1] is not ("asc" or "desc")))
                return false;
            bool isDescending = words is [_, "desc"];
            switch (words[0])
            {
                case "name" when !isByName:
                    isByName = true;
                    // No two are created at once: after createdAt nothing is left for the names to order.
                    if (newestFirst is null)
                        byName = isDescending ? SortDirection.Descending : SortDirection.Ascending;
                    break;
                case "createdAt" when newestFirst is null:
                    newestFirst = isDescending;
                    break;
                default:
                    return false;
            }
        }

        order = new ListOrder(byName, newestFirst ?? false);
        return true;
    }
}
