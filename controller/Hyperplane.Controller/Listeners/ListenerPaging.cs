using System.Globalization;
using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Listeners;

/// <summary>A load balancer's listeners, by port or in order of creation, a page at a time.</summary>
/// <remarks>As <see cref="TaggedPaging"/>: a page begins after a place in the order.</remarks>
internal static class ListenerPaging
{
    /// <summary>The rows of the page, and its successor's token when there is a next page.</summary>
    public static async Task<(List<ListenerRow> Rows, string? Next)> ReadAsync(
        IQueryable<ListenerRow> rows, PageRequest page, CancellationToken cancel)
    {
        // Listeners have no names.
        if (page.Name is not null)
            return ([], null);
        List<ListenerRow> found = await Sort(After(rows, page), page.Order).Take(Paging.Take(page)).ToListAsync(cancel);
        bool isByPort = page.Order.ByName != SortDirection.None;
        return Paging.Cut(page, found, row => new PageToken(
            row.Serial, page.Mark, isByPort ? row.Port.ToString(CultureInfo.InvariantCulture) : ""));
    }

    private static IQueryable<ListenerRow> After(IQueryable<ListenerRow> rows, PageRequest page)
    {
        if (page.Token is null)
            return rows;
        if (!PageToken.TryParse(page.Token, out PageToken token))
            return rows.Where(row => false);
        long serial = token.Serial;
        bool isNewestFirst = page.Order.NewestFirst;
        if (page.Order.ByName == SortDirection.None)
            return token.Name.Length > 0
                ? rows.Where(row => false)
                : rows.Where(row => isNewestFirst ? row.Serial < serial : row.Serial > serial);
        if (!int.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            return rows.Where(row => false);
        bool isAscending = page.Order.ByName == SortDirection.Ascending;
        return rows.Where(row => (isAscending ? row.Port > port : row.Port < port)
            || (row.Port == port && (isNewestFirst ? row.Serial < serial : row.Serial > serial)));
    }

    private static IQueryable<ListenerRow> Sort(IQueryable<ListenerRow> rows, ListOrder order)
    {
        if (order.ByName == SortDirection.None)
            return order.NewestFirst ? rows.OrderByDescending(row => row.Serial) : rows.OrderBy(row => row.Serial);
        IOrderedQueryable<ListenerRow> byPort = order.ByName == SortDirection.Ascending
            ? rows.OrderBy(row => row.Port)
            : rows.OrderByDescending(row => row.Port);
        return order.NewestFirst ? byPort.ThenByDescending(row => row.Serial) : byPort.ThenBy(row => row.Serial);
    }
}
