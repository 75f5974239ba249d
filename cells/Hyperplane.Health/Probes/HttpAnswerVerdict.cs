namespace Hyperplane.Health;

/// <summary>What the bytes received so far are.</summary>
public enum HttpAnswerVerdict
{
    /// <summary>The headers have not ended yet.</summary>
    Incomplete,

    /// <summary>A status code, and the headers ended or are long enough.</summary>
    Complete,

    /// <summary>No HTTP/1.</summary>
    Garbage,
}
