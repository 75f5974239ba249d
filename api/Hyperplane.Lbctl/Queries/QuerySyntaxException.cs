namespace Hyperplane.Lbctl.Queries;

/// <summary>A text is no query.</summary>
internal sealed class QuerySyntaxException(string message, int position) : Exception(message)
{
    /// <summary>Where, counted from 0.</summary>
    public int Position { get; } = position;
}
