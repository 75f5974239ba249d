using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Outcomes;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Store;

/// <summary>Lists that names order and tags choose from, a page at a time.</summary>
/// <remarks>
/// A page begins after a place in the order (name and serial number), never after a count of rows: what is there all
/// the while is told once, whatever comes and goes between pages. Names compare by code points, whatever the database's
/// locale.
/// </remarks>
internal static class TaggedPaging
{
    private const string CodePoints = "C";

    /// <summary>The rows of the page, and one more when there is a next page.</summary>
    public static async Task<(List<T> Rows, string? Next)> ReadAsync<T>(
        IQueryable<T> rows, PageRequest page, CancellationToken cancel)
        where T : class, ITagged
    {
        List<T> found = await Sort(After(Choose(rows, page), page), page.Order)
            .Take(Paging.Take(page)).ToListAsync(cancel);
        bool isByName = page.Order.ByName != SortDirection.None;
        return Paging.Cut(page, found, row => new PageToken(row.Serial, page.Mark, isByName ? row.Name : ""));
    }

    private static IQueryable<T> Choose<T>(IQueryable<T> rows, PageRequest page)
        where T : class, ITagged
    {
        if (page.Name is { } name)
            rows = rows.Where(row => row.Name == name);
        if (page.Tags.Count == 0)
            return rows;
        string tags = TagText.Write(page.Tags);
        return rows.Where(row => EF.Functions.JsonContains(row.Tags, tags));
    }

    private static IQueryable<T> After<T>(IQueryable<T> rows, PageRequest page)
        where T : class, ITagged
    {
        if (page.Token is null)
            return rows;
        bool isByName = page.Order.ByName != SortDirection.None;
        if (!PageToken.TryParse(page.Token, out PageToken token) || isByName == (token.Name.Length == 0))
            return rows.Where(row => false);
        (long serial, string name) = (token.Serial, token.Name);
        return (page.Order.ByName, page.Order.NewestFirst) switch
        {
            (SortDirection.None, false) => rows.Where(row => row.Serial > serial),
            (SortDirection.None, true) => rows.Where(row => row.Serial < serial),
            (SortDirection.Ascending, false) => rows.Where(
                row => string.Compare(EF.Functions.Collate(row.Name, CodePoints), name) > 0
                    || (row.Name == name && row.Serial > serial)),
            (SortDirection.Ascending, true) => rows.Where(
                row => string.Compare(EF.Functions.Collate(row.Name, CodePoints), name) > 0
                    || (row.Name == name && row.Serial < serial)),
            (_, false) => rows.Where(
                row => string.Compare(EF.Functions.Collate(row.Name, CodePoints), name) < 0
                    || (row.Name == name && row.Serial > serial)),
            _ => rows.Where(
                row => string.Compare(EF.Functions.Collate(row.Name, CodePoints), name) < 0
                    || (row.Name == name && row.Serial < serial)),
        };
    }

    private static IQueryable<T> Sort<T>(IQueryable<T> rows, ListOrder order)
        where T : class, ITagged
    {
        if (order.ByName == SortDirection.None)
            return order.NewestFirst ? rows.OrderByDescending(row => row.Serial) : rows.OrderBy(row => row.Serial);
        IOrderedQueryable<T> named = order.ByName == SortDirection.Ascending
            ? rows.OrderBy(row => EF.Functions.Collate(row.Name, CodePoints))
            : rows.OrderByDescending(row => EF.Functions.Collate(row.Name, CodePoints));
        return order.NewestFirst ? named.ThenByDescending(row => row.Serial) : named.ThenBy(row => row.Serial);
    }
}
