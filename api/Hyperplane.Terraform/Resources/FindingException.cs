using Hyperplane.Terraform.Schemas;

namespace Hyperplane.Terraform.Resources;

/// <summary>Ends a call with something to tell the person who runs Terraform.</summary>
internal sealed class FindingException : Exception
{
    /// <summary>Without a reason.</summary>
    public FindingException()
        : this("Failed")
    {
    }

    /// <summary>With the reason.</summary>
    public FindingException(string message)
        : this(new Finding(message, ""))
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public FindingException(string message, Exception innerException)
        : base(message, innerException) => Finding = new Finding(message, innerException.Message);

    /// <summary>With what to tell.</summary>
    public FindingException(Finding finding)
        : base(finding.Summary) => Finding = finding;

    /// <summary>What to tell.</summary>
    public Finding Finding { get; }
}
