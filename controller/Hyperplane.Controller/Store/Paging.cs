using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Store;

/// <summary>Lists in order of creation, a page at a time.</summary>
internal static class Paging
{
    private const int MaxSize = 1_000;

    /// <summary>
    /// The serial number after which the page begins; after a token that is not ours there is nothing.
    /// </summary>
    public static long After(PageRequest page) =>
        page.Token is null ? 0 : PageToken.TryParse(page.Token, out PageToken token) ? token.Serial : long.MaxValue;

    /// <summary>How many rows to read: one more than wanted tells whether there is a next page.</summary>
    public static int Take(PageRequest page) => Size(page) + 1;

    /// <summary>The rows that belong to the page and the token of the next.</summary>
    public static (List<T> Rows, string? Next) Cut<T>(PageRequest page, List<T> rows, Func<T, long> serial) =>
        Cut(page, rows, row => new PageToken(serial(row), page.Mark));

    /// <summary>The same for tokens that tell more than the serial number.</summary>
    public static (List<T> Rows, string? Next) Cut<T>(PageRequest page, List<T> rows, Func<T, PageToken> token)
    {
        int size = Size(page);
        if (rows.Count <= size)
            return (rows, null);
        rows.RemoveRange(size, rows.Count - size);
        return (rows, token(rows[^1]).ToString());
    }

    private static int Size(PageRequest page) => Math.Clamp(page.Size, 1, MaxSize);
}
