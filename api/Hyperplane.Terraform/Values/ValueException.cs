namespace Hyperplane.Terraform.Values;

/// <summary>Bytes that are no value of the type that they should have.</summary>
internal sealed class ValueException : Exception
{
    /// <summary>Without a reason.</summary>
    public ValueException()
    {
    }

    /// <summary>With the reason.</summary>
    public ValueException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public ValueException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
