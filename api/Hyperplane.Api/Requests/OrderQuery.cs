using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Api.Requests;

/// <summary>In which order a list is wanted: <c>?orderBy=name desc,createdAt</c>; listeners have ports instead of
/// names.</summary>
internal static class OrderQuery
{
    /// <summary>Its name in the query.</summary>
    public const string Name = "orderBy";

    private const string NameField = "name";
    private const string PortField = "port";

    /// <summary>Describes it where resources have names.</summary>
    public static QueryParameter Parameter { get; } = Describe(NameField, " Names go by code points.");

    /// <summary>Describes it where they have ports.</summary>
    public static QueryParameter PortParameter { get; } = Describe(PortField, "");

    /// <summary>Reads one, as a list's parameter describes it.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public static string? Read(string text, QueryParameter parameter, out ListOrder order)
    {
        string field = parameter == PortParameter ? PortField : NameField;
        return TryParse(text, field, out order)
            ? null
            : $"Must be {field}, createdAt or both with a comma between, each with asc or desc after a space if at "
                + "all.";
    }

    private static QueryParameter Describe(string field, string more) => new(
        Name,
        $"`{field}`, `createdAt` or both, the first one first, each with `asc` (the usual way) or `desc`: "
            + $"`{field} desc,createdAt`.{more} Without it in order of creation.",
        "string",
        Pattern: $"^({field}|createdAt)( (asc|desc))?(,({field}|createdAt)( (asc|desc))?)?$");

    private static bool TryParse(string text, string field, out ListOrder order)
    {
        order = default;
        var byField = SortDirection.None;
        bool isByField = false;
        bool? newestFirst = null;
        foreach (string term in text.Split(','))
        {
            string[] words = term.Split(' ');
            if (words.Length > 2 || (words.Length == 2 && words[1] is not ("asc" or "desc")))
                return false;
            bool isDescending = words is [_, "desc"];
            if (words[0] == field && !isByField)
            {
                isByField = true;
                // No two are created at once: after createdAt nothing is left for the others to order.
                if (newestFirst is null)
                    byField = isDescending ? SortDirection.Descending : SortDirection.Ascending;
            }
            else if (words[0] == "createdAt" && newestFirst is null)
            {
                newestFirst = isDescending;
            }
            else
            {
                return false;
            }
        }

        order = new ListOrder(byField, newestFirst ?? false);
        return true;
    }
}
