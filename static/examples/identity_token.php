<?php
// The identity token of a signed-in customer. PHP 7.4 or later, nothing to install.
//
// SUPPORT_SECRET is the secret of the site («Ключи»). It never goes to the browser.

const SITE_KEY = 'shop';

function identity_token(array $customer): string
{
    $now = time();
    $claims = [
        'aud' => SITE_KEY,
        'sub' => (string) $customer['id'], // permanent: by it the chat knows the person again
        'name' => $customer['name'],
        'iat' => $now,
        'exp' => $now + 600,
        // From here on as you like; operators read it beside the chat.
        'email' => $customer['email'],
        'contract' => $customer['contract'],
        'Организация' => $customer['organisation'],
    ];
    $said = encoded(['alg' => 'HS256', 'typ' => 'JWT']) . '.' . encoded($claims);
    return $said . '.' . base64url(hash_hmac('sha256', $said, getenv('SUPPORT_SECRET'), true));
}

function encoded(array $part): string
{
    return base64url(json_encode($part, JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
}

function base64url(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}
