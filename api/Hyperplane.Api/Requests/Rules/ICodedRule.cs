namespace Hyperplane.Api.Requests.Rules;

/// <summary>A rule whose breach has a code of its own.</summary>
internal interface ICodedRule
{
    /// <summary>The code for a value that broke the rule.</summary>
    string CodeFor(object value);
}
