namespace Hyperplane.Client;

/// <summary>No whole answer came: the API is not there, is not trusted, or broke off.</summary>
public sealed class LostException : Exception
{
    /// <summary>Without a reason.</summary>
    public LostException()
    {
    }

    /// <summary>With the reason.</summary>
    public LostException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public LostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Of a connection.</summary>
    public LostException(Exception cause, TrustRefusal? refusal)
        : base(cause.GetBaseException().Message, cause) => Refusal = refusal;

    /// <summary>Why its certificate was refused; null when that was not it.</summary>
    public TrustRefusal? Refusal { get; }
}
